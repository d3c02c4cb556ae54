package types

import (
	"fmt"

	protov2 "google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	errorsmod "cosmossdk.io/errors"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"

	"github.com/evoted/evoted/x/election/crypto/field"
)

const (
	// BallotGas is the gas limit that every ballot transaction states, and the gas a
	// ballot is charged. It is one value, so that it tells nothing about the ballot.
	BallotGas uint64 = 100_000
	// EphemeralKeySize is the length in bytes of a compressed secp256k1 key.
	EphemeralKeySize = secp256k1.PubKeySize
	// BallotSignatureSize is the length in bytes of the signature of a ballot transaction.
	BallotSignatureSize = 64
	// BallotProofSize is the length in bytes of a ballot's Groth16 proof.
	BallotProofSize = 192
	// NullifierSize is the length in bytes of a nullifier.
	NullifierSize = field.Size
)

// BallotSignBytes returns what the ephemeral key of a ballot signs: the SignDoc of
// SIGN_MODE_DIRECT over the ballot alone, with account number 0 and sequence 0. The
// chain id is part of it, so a ballot transaction means nothing on another chain. It
// returns ErrInvalidEncoding if the key of the message does not have its length.
func BallotSignBytes(chainID string, m *MsgCastBallot) ([]byte, error) {
	body, authInfo, err := ballotTxParts(m)
	if err != nil {
		return nil, err
	}
	doc := sdktx.SignDoc{BodyBytes: body, AuthInfoBytes: authInfo, ChainId: chainID}
	b, err := doc.Marshal()
	if err != nil {
		return nil, fmt.Errorf("encoding the sign document: %w", err)
	}
	return b, nil
}

// EncodeBallotTx returns the one transaction that carries the ballot and the signature:
// no memo, fee, tip, timeout or extension. A node accepts no other bytes for it, so one
// ballot has one transaction hash. It returns ErrInvalidEncoding for a key or ErrBallotTx
// for a signature of the wrong length.
func EncodeBallotTx(m *MsgCastBallot, signature []byte) ([]byte, error) {
	if len(signature) != BallotSignatureSize {
		return nil, errorsmod.Wrapf(ErrBallotTx, "signature has %d bytes, want %d", len(signature), BallotSignatureSize)
	}
	body, authInfo, err := ballotTxParts(m)
	if err != nil {
		return nil, err
	}
	raw := sdktx.TxRaw{BodyBytes: body, AuthInfoBytes: authInfo, Signatures: [][]byte{signature}}
	b, err := raw.Marshal()
	if err != nil {
		return nil, fmt.Errorf("encoding the transaction: %w", err)
	}
	return b, nil
}

// SignBallotTx signs the ballot with its ephemeral key and returns the transaction. It
// returns ErrBallotSignature if the key is not the one named in the message.
func SignBallotTx(key *secp256k1.PrivKey, chainID string, m *MsgCastBallot) ([]byte, error) {
	if key == nil || m == nil || string(key.PubKey().Bytes()) != string(m.EphemeralKey) {
		return nil, errorsmod.Wrap(ErrBallotSignature, "the key is not the ballot's ephemeral key")
	}
	doc, err := BallotSignBytes(chainID, m)
	if err != nil {
		return nil, err
	}
	signature, err := key.Sign(doc)
	if err != nil {
		return nil, fmt.Errorf("signing the ballot: %w", err)
	}
	return EncodeBallotTx(m, signature)
}

// ballotTxParts encodes the body and the authentication part of a ballot transaction.
func ballotTxParts(m *MsgCastBallot) (body, authInfo []byte, err error) {
	if m == nil || len(m.EphemeralKey) != EphemeralKeySize {
		return nil, nil, errorsmod.Wrapf(ErrInvalidEncoding, "ephemeral key must have %d bytes", EphemeralKeySize)
	}
	message, err := codectypes.NewAnyWithValue(m)
	if err != nil {
		return nil, nil, fmt.Errorf("encoding the ballot: %w", err)
	}
	body, err = (&sdktx.TxBody{Messages: []*codectypes.Any{message}}).Marshal()
	if err != nil {
		return nil, nil, fmt.Errorf("encoding the body: %w", err)
	}
	public, err := codectypes.NewAnyWithValue(&secp256k1.PubKey{Key: m.EphemeralKey})
	if err != nil {
		return nil, nil, fmt.Errorf("encoding the ephemeral key: %w", err)
	}
	authInfo, err = (&sdktx.AuthInfo{
		SignerInfos: []*sdktx.SignerInfo{{
			PublicKey: public,
			ModeInfo: &sdktx.ModeInfo{Sum: &sdktx.ModeInfo_Single_{
				Single: &sdktx.ModeInfo_Single{Mode: signing.SignMode_SIGN_MODE_DIRECT},
			}},
		}},
		Fee: &sdktx.Fee{GasLimit: BallotGas},
	}).Marshal()
	if err != nil {
		return nil, nil, fmt.Errorf("encoding the signer: %w", err)
	}
	return body, authInfo, nil
}

// CastBallotSigner tells the signer of a MsgCastBallot: the address of its ephemeral key.
// The message has no signer option because no account stands behind it; this function is
// registered as its custom getter. It returns ErrInvalidEncoding for a key that is not a
// compressed secp256k1 key by its length and first byte.
func CastBallotSigner(message protov2.Message) ([][]byte, error) {
	if message == nil {
		return nil, errorsmod.Wrap(ErrInvalidEncoding, "no message")
	}
	reflected := message.ProtoReflect()
	descriptor := reflected.Descriptor().Fields().ByName("ephemeral_key")
	if descriptor == nil || descriptor.Kind() != protoreflect.BytesKind || descriptor.Cardinality() == protoreflect.Repeated {
		return nil, errorsmod.Wrapf(ErrInvalidEncoding, "%s has no ephemeral key", reflected.Descriptor().FullName())
	}
	key := reflected.Get(descriptor).Bytes()
	if err := validateEphemeralKey(key); err != nil {
		return nil, err
	}
	return [][]byte{(&secp256k1.PubKey{Key: key}).Address()}, nil
}

// validateEphemeralKey checks the length and the first byte of a compressed key. Whether
// it is a point of the curve shows when the signature is checked.
func validateEphemeralKey(key []byte) error {
	if len(key) != EphemeralKeySize {
		return errorsmod.Wrapf(ErrBallotSize, "ephemeral key has %d bytes, want %d", len(key), EphemeralKeySize)
	}
	if key[0] != 2 && key[0] != 3 {
		return errorsmod.Wrap(ErrInvalidEncoding, "ephemeral key is not a compressed secp256k1 key")
	}
	return nil
}
