// Package syslogrfc5424exporter sends log records to a syslog server as RFC 5424 messages, over UDP, TCP or TLS.
//
// A record that comes here is a finished document: its body, a map, is the message, written as JSON in printable ASCII, so that
// nothing in it can end a frame, begin another one or reach a terminal. The attributes priority, appname, hostname, proc_id and
// msg_id, whose values nobody trusts, make up the header, reduced to what the RFC allows. Frames of TCP and TLS are counted in
// octets (RFC 6587 section 3.4.1, RFC 5425); a datagram is a message (RFC 5426).
//
// Syslog acknowledges nothing. What counts as sent here has been acknowledged by the TCP of the receiver's machine, where the
// operating system tells; a receiver that dies with messages unread loses them all the same. A batch that was interrupted is sent
// again, whole: at least once, as long as there is a connection.
package syslogrfc5424exporter
