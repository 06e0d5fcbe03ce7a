package syslogrfc5424exporter

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// unacknowledged is how many bytes of a TCP socket its peer has not acknowledged. https://man7.org/linux/man-pages/man7/tcp.7.html
func unacknowledged(socket syscall.RawConn) (bytes int, err error) {
	controlErr := socket.Control(func(descriptor uintptr) {
		bytes, err = unix.IoctlGetInt(int(descriptor), unix.SIOCOUTQ)
	})
	if controlErr != nil {
		return 0, controlErr
	}
	return bytes, err
}
