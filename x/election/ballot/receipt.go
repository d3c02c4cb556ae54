package ballot

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/evoted/evoted/x/election/crypto/field"
)

// ErrReceipt reports a receipt that cannot be read or contradicts itself.
var ErrReceipt = errors.New("ballot: invalid receipt")

// ReceiptVersion is the version of the receipt's form.
const ReceiptVersion = 1

// maxReceipt bounds the size of a receipt in bytes.
const maxReceipt = 1 << 16

// Receipt shows that a ballot was stored, never what it says: it holds neither the
// choice nor the randomness nor the elector's secret.
type Receipt struct {
	// Version is ReceiptVersion.
	Version int `json:"version"`
	// ChainID and ElectionID say where the ballot was cast.
	ChainID    string `json:"chain_id"`
	ElectionID uint64 `json:"election_id,string"`
	// Revision of the ballot.
	Revision uint64 `json:"revision,string"`
	// TrackingCode is that of Digest.
	TrackingCode string `json:"tracking_code"`
	// Nullifier and Digest of the ballot, 32 bytes in lower-case hex.
	Nullifier string `json:"nullifier"`
	Digest    string `json:"digest"`
	// TxHash is the transaction's hash in hex, Height the block that holds it.
	TxHash string `json:"tx_hash"`
	Height int64  `json:"height,string"`
	// Node answered that the ballot is stored.
	Node string `json:"node"`
}

// NewReceipt returns the receipt of a ballot found in a block.
func NewReceipt(b Ballot, txHash string, height int64, node string) Receipt {
	digest := b.Digest()
	return Receipt{
		Version: ReceiptVersion, ChainID: b.ChainID, ElectionID: b.ElectionID, Revision: b.Revision,
		TrackingCode: TrackingCode(digest), Nullifier: hex.EncodeToString(field.Bytes(b.Nullifier)),
		Digest: hex.EncodeToString(digest[:]), TxHash: txHash, Height: height, Node: node,
	}
}

// Validate reports, as ErrReceipt, a receipt whose fields are malformed or whose
// tracking code is not that of its digest.
func (r Receipt) Validate() error {
	if r.Version != ReceiptVersion {
		return fmt.Errorf("%w: version %d", ErrReceipt, r.Version)
	}
	if r.ChainID == "" || r.ElectionID == 0 || r.Revision == 0 || r.Height < 0 {
		return fmt.Errorf("%w: incomplete", ErrReceipt)
	}
	nf, err := decodeHex32(r.Nullifier)
	if err != nil {
		return fmt.Errorf("%w: nullifier: %w", ErrReceipt, err)
	}
	if _, err := field.Parse(nf[:]); err != nil {
		return fmt.Errorf("%w: nullifier: %w", ErrReceipt, err)
	}
	digest, err := decodeHex32(r.Digest)
	if err != nil {
		return fmt.Errorf("%w: digest: %w", ErrReceipt, err)
	}
	if TrackingCode(digest) != r.TrackingCode {
		return fmt.Errorf("%w: tracking code and digest do not agree", ErrReceipt)
	}
	return nil
}

// Encode returns the receipt as indented JSON with a final newline.
func (r Receipt) Encode() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	return append(b, '\n'), nil
}

// ParseReceipt reads the JSON of one receipt: known fields only, nothing after it, and
// valid (ErrReceipt).
func ParseReceipt(b []byte) (Receipt, error) {
	if len(b) > maxReceipt {
		return Receipt{}, fmt.Errorf("%w: too long", ErrReceipt)
	}
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields()
	var r Receipt
	if err := decoder.Decode(&r); err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Receipt{}, fmt.Errorf("%w: something follows it", ErrReceipt)
	}
	if err := r.Validate(); err != nil {
		return Receipt{}, err
	}
	return r, nil
}

func decodeHex32(s string) ([32]byte, error) {
	var out [32]byte
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(out) || hex.EncodeToString(b) != s {
		return out, errors.New("want 64 lower-case hex digits")
	}
	copy(out[:], b)
	return out, nil
}
