package syslogrfc5424exporter

import (
	"errors"
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

// pendingError is what the next write would fail for. https://man7.org/linux/man-pages/man7/socket.7.html, SO_ERROR
func pendingError(socket syscall.RawConn) error {
	var number int
	var err error
	controlErr := socket.Control(func(descriptor uintptr) {
		number, err = unix.GetsockoptInt(int(descriptor), unix.SOL_SOCKET, unix.SO_ERROR)
	})
	if err := errors.Join(controlErr, err); err != nil {
		return err
	}
	if number != 0 {
		return syscall.Errno(number)
	}
	return nil
}
