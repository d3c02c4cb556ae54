//go:build !linux

package localnet

import "syscall"

// childAttributes has nothing to ask for: a Ctrl-C reaches the nodes as well as the
// parent, and both stop. Only Linux can tell a node that its parent died.
func childAttributes() *syscall.SysProcAttr { return nil }
