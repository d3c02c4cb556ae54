package elector

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/evoted/evoted/x/election/types"
)

const (
	offlineVersion = 1
	// maxOffline bounds a file with a ballot, in bytes.
	maxOffline = 1 << 16
)

// ErrOffline reports a file that does not hold a ballot, or one that was changed.
var ErrOffline = errors.New("elector: the file does not hold a ballot that can be sent")

// offlineFile is a sealed ballot on its way to a machine with a network. Nothing in it is
// secret.
type offlineFile struct {
	Version      int    `json:"version"`
	ChainID      string `json:"chain_id"`
	ElectionID   uint64 `json:"election_id,string"`
	TrackingCode string `json:"tracking_code"`
	Tx           string `json:"tx"`
}

// EncodeOffline writes a sealed ballot as a small JSON text.
func EncodeOffline(chainID string, s *Sealed) ([]byte, error) {
	raw, err := json.MarshalIndent(offlineFile{
		Version: offlineVersion, ChainID: chainID, ElectionID: s.Message.ElectionId,
		TrackingCode: s.TrackingCode, Tx: base64.StdEncoding.EncodeToString(s.Tx),
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("elector: %w", err)
	}
	return append(raw, '\n'), nil
}

// ParseOffline reads what EncodeOffline wrote and checks that the transaction is the one
// canonical encoding of its ballot and that the ballot has the file's tracking code. It
// returns ErrOffline.
func ParseOffline(raw []byte) (chainID string, sealed *Sealed, err error) {
	if len(raw) > maxOffline {
		return "", nil, fmt.Errorf("%w: it is too long", ErrOffline)
	}
	var file offlineFile
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil || decoder.More() {
		return "", nil, ErrOffline
	}
	if file.Version != offlineVersion {
		return "", nil, fmt.Errorf("%w: version %d, this program reads %d", ErrOffline, file.Version, offlineVersion)
	}
	tx, err := base64.StdEncoding.Strict().DecodeString(file.Tx)
	if err != nil {
		return "", nil, fmt.Errorf("%w: the transaction is not base64", ErrOffline)
	}
	message, err := parseBallotTx(tx)
	if err != nil {
		return "", nil, err
	}
	sealed, err = describe(file.ChainID, message, tx)
	if err != nil {
		return "", nil, fmt.Errorf("%w: %w", ErrOffline, err)
	}
	if sealed.TrackingCode != file.TrackingCode || message.ElectionId != file.ElectionID {
		return "", nil, fmt.Errorf("%w: its tracking code does not belong to the ballot", ErrOffline)
	}
	return file.ChainID, sealed, nil
}

// parseBallotTx decodes the transaction of a ballot and requires its canonical encoding.
func parseBallotTx(tx []byte) (*types.MsgCastBallot, error) {
	var raw sdktx.TxRaw
	var body sdktx.TxBody
	if err := raw.Unmarshal(tx); err != nil {
		return nil, fmt.Errorf("%w: not a transaction", ErrOffline)
	}
	if err := body.Unmarshal(raw.BodyBytes); err != nil || len(body.Messages) != 1 || len(raw.Signatures) != 1 {
		return nil, fmt.Errorf("%w: not the transaction of a ballot", ErrOffline)
	}
	message := &types.MsgCastBallot{}
	if body.Messages[0].TypeUrl != sdk.MsgTypeURL(message) || message.Unmarshal(body.Messages[0].Value) != nil {
		return nil, fmt.Errorf("%w: not the transaction of a ballot", ErrOffline)
	}
	canonical, err := types.EncodeBallotTx(message, raw.Signatures[0])
	if err != nil || !bytes.Equal(canonical, tx) {
		return nil, fmt.Errorf("%w: the transaction was changed", ErrOffline)
	}
	return message, nil
}
