package localnet

import "syscall"

// childAttributes puts a node into a process group of its own, so that Ctrl-C reaches
// only the parent, which then stops the nodes in order. The kernel sends SIGTERM to a
// node whose parent died without that.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
