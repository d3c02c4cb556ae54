package ante

import (
	errorsmod "cosmossdk.io/errors"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/evoted/evoted/x/election/types"
)

const (
	// MaxOfficialMessages is the largest number of messages in one official transaction.
	MaxOfficialMessages = 16

	kib = 1024
	// maxDealSize holds the largest deal, about 66 KiB, and what is around it.
	maxDealSize = types.MaxDealSize + maxEnvelopeSize
	// maxEnvelopeSize holds a transaction without its message: memo, signer with the largest
	// of keys, signature.
	maxEnvelopeSize = 8 * kib
	// maxRollSize holds the largest batch of electors.
	maxRollSize = 128 * kib
	// maxCreateSize holds a description of 4,000 characters in any script.
	maxCreateSize = 32 * kib
	// maxOfficialSize holds every other message.
	maxOfficialSize = 16 * kib
	// MaxTxSize is the longest transaction of any kind, in bytes.
	MaxTxSize = maxRollSize
)

// officialMessages are the messages an official may send, and how long a transaction may be
// that holds one. What is not here is refused, so a new message type is refused until it is
// considered.
var officialMessages = map[string]int{
	sdk.MsgTypeURL(&types.MsgRegisterTrusteeKey{}):    maxOfficialSize,
	sdk.MsgTypeURL(&types.MsgCreateElection{}):        maxCreateSize,
	sdk.MsgTypeURL(&types.MsgAbortElection{}):         maxOfficialSize,
	sdk.MsgTypeURL(&types.MsgRegisterElectors{}):      maxRollSize,
	sdk.MsgTypeURL(&types.MsgAttestRoll{}):            maxOfficialSize,
	sdk.MsgTypeURL(&types.MsgCommitDeal{}):            maxOfficialSize,
	sdk.MsgTypeURL(&types.MsgSubmitDeal{}):            maxDealSize,
	sdk.MsgTypeURL(&types.MsgConfirmDeals{}):          maxOfficialSize,
	sdk.MsgTypeURL(&types.MsgSubmitDecryptionShare{}): maxOfficialSize,
	sdk.MsgTypeURL(&types.MsgPublishResult{}):         maxOfficialSize,
}

// OfficialMessageDecorator lets message types pass that are on the list. A message that
// holds other messages is never on it.
type OfficialMessageDecorator struct{}

// AnteHandle refuses with ErrMessageNotAllowed.
func (OfficialMessageDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	messages := tx.GetMsgs()
	if len(messages) == 0 {
		return ctx, errorsmod.Wrap(sdkerrors.ErrInvalidRequest, "no message")
	}
	if len(messages) > MaxOfficialMessages {
		return ctx, errorsmod.Wrapf(types.ErrMessageNotAllowed, "%d messages, at most %d are allowed", len(messages), MaxOfficialMessages)
	}
	for _, message := range messages {
		if _, nested := message.(codectypes.UnpackInterfacesMessage); nested {
			return ctx, errorsmod.Wrapf(types.ErrMessageNotAllowed, "%s holds other messages", sdk.MsgTypeURL(message))
		}
		if _, ok := officialMessages[sdk.MsgTypeURL(message)]; !ok {
			return ctx, errorsmod.Wrap(types.ErrMessageNotAllowed, sdk.MsgTypeURL(message))
		}
	}
	return next(ctx, tx, simulate)
}
