package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
)

// RegisterInterfaces registers the messages of the module.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgRegisterTrusteeKey{},
		&MsgCreateElection{},
		&MsgAbortElection{},
		&MsgRegisterElectors{},
		&MsgAttestRoll{},
		&MsgCommitDeal{},
		&MsgSubmitDeal{},
		&MsgConfirmDeals{},
		&MsgCastBallot{},
		&MsgSubmitDecryptionShare{},
		&MsgPublishResult{},
	)
	msgservice.RegisterMsgServiceDesc(registry, &Msg_serviceDesc)
}
