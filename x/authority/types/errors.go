package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// The errors of the module. Codes are part of the protocol towards clients: they are only
// ever appended, never renumbered and never used again.
var (
	// ErrInvalidAuthority says that a text, an address or an endpoint of an authority
	// is not acceptable.
	ErrInvalidAuthority = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.InvalidArgument, "invalid authority")
	// ErrDuplicate says that two authorities share a moniker, an operator or a key.
	ErrDuplicate = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.AlreadyExists, "duplicate authority")
	// ErrConsensusKey says that a consensus key has an unknown type or a wrong length.
	ErrConsensusKey = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.InvalidArgument, "invalid consensus key")
	// ErrNotFaultTolerant says that the set would not survive one faulty organisation.
	ErrNotFaultTolerant = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.FailedPrecondition, "the set of authorities tolerates no fault")
	// ErrNotFound says that no authority has the operator account.
	ErrNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 6, codes.NotFound, "authority not found")
)
