package netwatch

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// groups are the multicast groups of rtnetlink(7) that concern a telephone.
const groups = unix.RTMGRP_LINK | unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV6_IFADDR |
	unix.RTMGRP_IPV4_ROUTE | unix.RTMGRP_IPV6_ROUTE

// moves listens to rtnetlink. What a message says is not read: a look at the
// whole cannot be wrong about messages that were lost.
func moves(ctx context.Context) <-chan struct{} {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groups}); err != nil {
		_ = unix.Close(fd)
		return nil
	}
	socket := os.NewFile(uintptr(fd), "rtnetlink")
	out := make(chan struct{}, 1)
	stop := context.AfterFunc(ctx, func() { _ = socket.Close() })
	go func() {
		defer close(out)
		defer stop()
		defer socket.Close()
		buf := make([]byte, os.Getpagesize())
		for {
			// Too many messages at once are a move too.
			if _, err := socket.Read(buf); err != nil && !errors.Is(err, unix.ENOBUFS) {
				return
			}
			select {
			case out <- struct{}{}:
			default:
			}
		}
	}()
	return out
}

// slept is what CLOCK_BOOTTIME has counted and CLOCK_MONOTONIC has not
// (clock_gettime(2)).
func slept() time.Duration {
	var boot, mono unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &boot) != nil || unix.ClockGettime(unix.CLOCK_MONOTONIC, &mono) != nil {
		return 0
	}
	return time.Duration(boot.Nano() - mono.Nano())
}

// defaultRoutes are those of the main table: gateway, interface and metric.
func defaultRoutes() ([]string, error) {
	dump, err := syscall.NetlinkRIB(syscall.RTM_GETROUTE, syscall.AF_UNSPEC)
	if err != nil {
		return nil, fmt.Errorf("routes: %w", err)
	}
	messages, err := syscall.ParseNetlinkMessage(dump)
	if err != nil {
		return nil, fmt.Errorf("routes: %w", err)
	}
	var out []string
	for _, m := range messages {
		if text, ok := defaultRoute(m); ok {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return out, nil
}

// defaultRoute reads a struct rtmsg (rtnetlink(7)): family, length of the
// destination, of the source, TOS, table, protocol, scope, type.
func defaultRoute(m syscall.NetlinkMessage) (string, bool) {
	if m.Header.Type != syscall.RTM_NEWROUTE || len(m.Data) < syscall.SizeofRtMsg {
		return "", false
	}
	if m.Data[1] != 0 || m.Data[4] != syscall.RT_TABLE_MAIN || m.Data[7] != syscall.RTN_UNICAST {
		return "", false
	}
	attrs, err := syscall.ParseNetlinkRouteAttr(&m)
	if err != nil {
		return "", false
	}
	text := fmt.Sprintf("family %d", m.Data[0])
	for _, a := range attrs {
		switch a.Attr.Type {
		case syscall.RTA_GATEWAY:
			text += fmt.Sprintf(" via %x", a.Value)
		case syscall.RTA_OIF, syscall.RTA_PRIORITY:
			if len(a.Value) == 4 {
				text += fmt.Sprintf(" %d:%d", a.Attr.Type, binary.NativeEndian.Uint32(a.Value))
			}
		}
	}
	return text, true
}
