package crypto_test

import (
	"encoding/hex"
	"fmt"
	"maps"
	"math/big"
	"strconv"
	"strings"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/twistededwards"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
	"github.com/evoted/evoted/x/election/crypto/dlog"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

// generator makes the inputs of one file; outputs and expectations are computed.
type generator struct {
	primitive string
	note      string
	refused   bool // whether the file has cases that must be refused
	cases     func() []vector
}

var generators = []generator{
	{"field", "A field element is 32 big-endian bytes below r.", true, fieldCases},
	{"hash", "Poseidon2, width 2, over Fr of BLS12-381.", false, hashCases},
	{"curve", "Jubjub: a point is x || y, a scalar 32 big-endian bytes below l.", true, curveCases},
	{"elgamal", "R || C_1 .. C_K; Parse checks the subgroup, ParseOnCurve the ballot's shape.", true, elgamalCases},
	{"nullifier", "Elector secrets, identity commitments, nullifiers and bindings.", false, nullifierCases},
	{"dleq", "Proofs are challenge || response, with deterministic nonces.", true, dleqCases},
	{"dlog", "Discrete logarithms from 0 to bound.", true, dlogCases},
	{"roll", "Leaves, accumulators and paths of the roll.", true, rollCases},
	{"keygen", "Two of three trustees, two slots; deals are deterministic.", true, keygenCases},
}

func h(b []byte) string { return hex.EncodeToString(b) }

func ones(n int) string { return strings.Repeat("ff", n) }

func fixed(n *big.Int) string { return h(n.FillBytes(make([]byte, 32))) }

func plus(n *big.Int, d int64) *big.Int { return new(big.Int).Add(n, big.NewInt(d)) }

func scalarOf(name string) curve.Scalar { return keygen.SecretKeyFromSeed([]byte("vector " + name)) }

func fieldCases() []vector {
	r := fr.Modulus()
	parse := func(name, in string) vector {
		return vector{Name: name, Op: "field.Parse", In: values{"bytes": in}}
	}
	return []vector{
		parse("zero", fixed(new(big.Int))), parse("one", fixed(big.NewInt(1))), parse("r - 1", fixed(plus(r, -1))),
		parse("r", fixed(r)), parse("r + 1", fixed(plus(r, 1))), parse("all ones", ones(32)),
		parse("empty", ""), parse("31 bytes", ones(31)), parse("33 bytes", "00"+fixed(big.NewInt(1))),
		{Name: "tag", Op: "field.Tag", In: values{"ascii": "evoted/v1/leaf"}},
		{Name: "hash to field", Op: "field.HashTo", In: values{"dst": "evoted/v1/election", "parts": "00,0102"}},
		{Name: "one empty part", Op: "field.HashTo", In: values{"dst": "evoted/v1/election", "parts": ""}},
		{Name: "long dst", Op: "field.HashTo", In: values{"dst": strings.Repeat("d", 256), "parts": "00"}},
	}
}

func hashCases() []vector {
	zero, first, top := fixed(new(big.Int)), fixed(big.NewInt(1)), fixed(plus(fr.Modulus(), -1))
	compress := func(a, b string) vector {
		return vector{Name: "compress", Op: "hash.Compress", In: values{"a": a, "b": b}}
	}
	out := []vector{compress(zero, zero), compress(first, zero), compress(zero, first), compress(top, top)}
	for _, tag := range []string{"evoted/v1/identity", "evoted/v1/leaf", "evoted/v1/node", "evoted/v1/nullifier"} {
		out = append(out,
			vector{Name: tag, Op: "hash.Sum", In: values{"tag": tag, "inputs": first}},
			vector{Name: tag, Op: "hash.Sum", In: values{"tag": tag, "inputs": first + top}})
	}
	return out
}

// smallOrder returns the points of order 8, 4, 2, .. as the multiples 1..7 of one of them.
func smallOrder() []twistededwards.PointAffine {
	params := twistededwards.GetEdwardsCurve()
	for seed := uint64(2); ; seed++ {
		var p, q, four twistededwards.PointAffine
		var num, den fr.Element
		p.Y.SetUint64(seed)
		num.Square(&p.Y)
		den.Mul(&num, &params.D)
		den.Sub(&params.A, &den)
		one := fr.One()
		num.Sub(&one, &num)
		p.X.Div(&num, &den)
		if p.X.Sqrt(&p.X) == nil {
			continue
		}
		q.ScalarMultiplication(&p, &params.Order)
		four.ScalarMultiplication(&q, big.NewInt(4))
		if four.IsZero() {
			continue
		}
		out := []twistededwards.PointAffine{q}
		for range 6 {
			var next twistededwards.PointAffine
			next.Add(&out[len(out)-1], &q)
			out = append(out, next)
		}
		return out
	}
}

func rawPoint(p twistededwards.PointAffine) string { return h(field.Bytes(p.X)) + h(field.Bytes(p.Y)) }

func curveCases() []vector {
	g, l, r := curve.Generator(), curve.Order(), fr.Modulus()
	gx, gy := field.Bytes(g.X()), field.Bytes(g.Y())
	var out []vector
	point := func(name, in string) {
		for _, op := range []string{"curve.ParsePoint", "curve.ParseKey", "curve.ParseOnCurve"} {
			out = append(out, vector{Name: name, Op: op, In: values{"bytes": in}})
		}
	}
	point("generator", h(g.Bytes()))
	point("identity", h(curve.Identity().Bytes()))
	point("minus generator", h(g.Neg().Bytes()))
	point("y negated", h(gx)+fixed(new(big.Int).Sub(r, new(big.Int).SetBytes(gy))))
	point("x + r", fixed(new(big.Int).Add(r, new(big.Int).SetBytes(gx)))+h(gy))
	point("x = r, y = 1", fixed(r)+fixed(big.NewInt(1)))
	point("all ones", ones(64))
	point("all zero", strings.Repeat("00", 64))
	point("swapped coordinates", h(gy)+h(gx))
	point("empty", "")
	point("63 bytes", h(g.Bytes()[:63]))
	point("65 bytes", h(g.Bytes())+"00")
	base := twistededwards.GetEdwardsCurve().Base
	for i, p := range smallOrder() {
		var sum twistededwards.PointAffine
		sum.Add(&base, &p)
		point(fmt.Sprintf("small order %d", i+1), rawPoint(p))
		point(fmt.Sprintf("generator + small order %d", i+1), rawPoint(sum))
	}
	scalar := func(name, in string) {
		out = append(out, vector{Name: name, Op: "curve.ParseScalar", In: values{"bytes": in}})
	}
	scalar("zero", fixed(new(big.Int)))
	scalar("l - 1", fixed(plus(l, -1)))
	scalar("l", fixed(l))
	scalar("l + 1", fixed(plus(l, 1)))
	scalar("all ones", ones(32))
	scalar("31 bytes", ones(31))
	for _, n := range []*big.Int{new(big.Int), big.NewInt(1), big.NewInt(2), big.NewInt(1 << 40), plus(l, -1), scalarOf("a").BigInt()} {
		out = append(out,
			vector{Name: "base multiple", Op: "curve.BaseMul", In: values{"scalar": fixed(n)}},
			vector{Name: "multiple", Op: "curve.Mul", In: values{
				"scalar": fixed(n), "point": h(curve.BaseMul(scalarOf("p")).Bytes()),
			}})
	}
	return append(out,
		vector{Name: "sum", Op: "curve.Sum", In: values{"points": h(curve.JoinPoints(g, g, curve.BaseMul(scalarOf("p"))))}},
		vector{Name: "opposite points", Op: "curve.Sum", In: values{"points": h(curve.JoinPoints(g, g.Neg()))}},
		vector{Name: "wide", Op: "curve.ScalarFromWide", In: values{"wide": ones(64)}})
}

func elgamalCases() []vector {
	keys := []curve.Point{curve.BaseMul(scalarOf("k1")), curve.BaseMul(scalarOf("k2"))}
	c := elgamal.Encrypt(keys, []uint64{3, 1 << 48}, scalarOf("r")).Bytes()
	d := elgamal.Encrypt(keys, []uint64{1, 0}, scalarOf("r2")).Bytes()
	noR := append(curve.Identity().Bytes(), c[curve.PointSize:]...)
	small := h(c[:curve.PointSize]) + rawPoint(smallOrder()[0]) + h(c[2*curve.PointSize:])
	out := []vector{
		{Name: "encrypt", Op: "elgamal.Encrypt", In: values{
			"keys": h(curve.JoinPoints(keys...)), "amounts": "3,281474976710656", "r": h(scalarOf("r").Bytes()),
		}},
		{Name: "add", Op: "elgamal.Add", In: values{"slots": "2", "a": h(c), "b": h(d)}},
	}
	for _, op := range []string{"elgamal.Parse", "elgamal.ParseOnCurve"} {
		for _, in := range []struct{ name, bytes, slots string }{
			{"good", h(c), "2"},
			{"neutral", h(elgamal.Zero(2).Bytes()), "2"},
			{"without randomness", h(noR), "2"},
			{"small order", small, "2"},
			{"not canonical", ones(64) + h(c[64:]), "2"},
			{"off the curve", h(make([]byte, 64)) + h(c[64:]), "2"},
			{"short", h(c[1:]), "2"},
			{"other number of slots", h(c), "3"},
			{"empty", "", "0"},
		} {
			out = append(out, vector{Name: in.name, Op: op, In: values{"bytes": in.bytes, "slots": in.slots}})
		}
	}
	return out
}

func nullifierCases() []vector {
	seed := ones(64)
	secret, e := h(field.Bytes(field.Tag("secret"))), h(field.Bytes(field.Tag("election")))
	return []vector{
		{Name: "secret", Op: "nullifier.SecretFromSeed", In: values{"seed": seed}},
		{Name: "election", Op: "nullifier.ElectionScalar", In: values{"chain": "evoted-1", "election": "1"}},
		{Name: "other election", Op: "nullifier.ElectionScalar", In: values{"chain": "evoted-1", "election": "2"}},
		{Name: "other chain", Op: "nullifier.ElectionScalar", In: values{"chain": "evoted-2", "election": "1"}},
		{Name: "identity", Op: "nullifier.Identity", In: values{"secret": secret}},
		{Name: "nullifier", Op: "nullifier.Nullifier", In: values{"secret": secret, "e": e}},
		{Name: "binding", Op: "nullifier.Binding", In: values{
			"chain": "evoted-1", "election": "1", "revision": "0", "key": "02" + ones(32),
		}},
		{Name: "next revision", Op: "nullifier.Binding", In: values{
			"chain": "evoted-1", "election": "1", "revision": "1", "key": "02" + ones(32),
		}},
	}
}

func dleqCases() []vector {
	with := func(election string, more values) values {
		v := values{"tag": "evoted/v1/test", "chain": "evoted-1", "election": election}
		maps.Copy(v, more)
		return v
	}
	ctx := dleq.NewTranscript("evoted/v1/test", "evoted-1", 7)
	s, t, base := scalarOf("s"), scalarOf("t"), curve.BaseMul(scalarOf("base"))
	p := curve.BaseMul(s)
	// The statements are well formed, so proving cannot fail.
	proof, _ := dleq.ProveKnowledge(ctx, s, nil)
	batch, _ := dleq.ProveBatch(ctx, base, []curve.Scalar{s, t}, nil)
	publics, results := curve.JoinPoints(p, curve.BaseMul(t)), curve.JoinPoints(base.Mul(s), base.Mul(t))
	swapped := curve.JoinPoints(base.Mul(t), base.Mul(s))
	l := fixed(curve.Order())
	know := func(name, election string, public curve.Point, proof string) vector {
		return vector{Name: name, Op: "dleq.VerifyKnowledge", In: with(election, values{"public": h(public.Bytes()), "proof": proof})}
	}
	many := func(name, election string, results []byte, proof string) vector {
		return vector{Name: name, Op: "dleq.VerifyBatch", In: with(election, values{
			"base": h(base.Bytes()), "publics": h(publics), "results": h(results), "proof": proof,
		})}
	}
	return []vector{
		{Name: "knowledge", Op: "dleq.ProveKnowledge", In: with("7", values{"secret": h(s.Bytes())})},
		know("good", "7", p, h(proof.Bytes())),
		know("other election", "8", p, h(proof.Bytes())),
		know("other key", "7", p.Neg(), h(proof.Bytes())),
		know("identity", "7", curve.Identity(), h(proof.Bytes())),
		know("challenge = l", "7", p, l+h(proof.Response.Bytes())),
		know("response = l", "7", p, h(proof.Challenge.Bytes())+l),
		know("short", "7", p, h(proof.Bytes()[1:])),
		know("zero proof", "7", p, strings.Repeat("00", 64)),
		know("of the other kind", "7", p, h(batch.Bytes())),
		{Name: "batch", Op: "dleq.ProveBatch", In: with("7", values{
			"base": h(base.Bytes()), "secrets": h(s.Bytes()) + h(t.Bytes()),
		})},
		many("good", "7", results, h(batch.Bytes())),
		many("other election", "8", results, h(batch.Bytes())),
		many("results swapped", "7", swapped, h(batch.Bytes())),
		many("one result missing", "7", results[:64], h(batch.Bytes())),
		many("of the other kind", "7", results, h(proof.Bytes())),
	}
}

func dlogCases() []vector {
	solve := func(name string, bound uint64, points ...curve.Point) vector {
		return vector{Name: name, Op: "dlog.Solve", In: values{
			"bound": strconv.FormatUint(bound, 10), "points": h(curve.JoinPoints(points...)),
		}}
	}
	at := func(n uint64) curve.Point { return curve.BaseMul(curve.NewScalar(n)) }
	return []vector{
		solve("zero", 0, at(0)), solve("small", 100, at(0), at(1), at(99), at(100)),
		solve("large", 1<<24, at(1<<24), at(1<<23+1)),
		solve("beyond", 100, at(101)), solve("negative", 100, at(1).Neg()), solve("bound too large", dlog.MaxBound+1, at(1)),
	}
}

func rollCases() []vector {
	id := field.Tag("identity")
	leaf := func(name string, id field.Element, w uint64) vector {
		return vector{Name: name, Op: "roll.Leaf", In: values{"id": h(field.Bytes(id)), "weight": strconv.FormatUint(w, 10)}}
	}
	leaves := func(n int) string {
		var s strings.Builder
		for i := range n {
			s.WriteString(fixed(big.NewInt(int64(i) + 1)))
		}
		return s.String()
	}
	grow := func(name, leaves string) vector {
		return vector{Name: name, Op: "roll.Append", In: values{"leaves": leaves}}
	}
	var acc roll.Accumulator
	var first field.Element
	first.SetOne()
	if err := acc.Append([]field.Element{first}, nil); err != nil {
		return nil // a leaf that is not zero cannot fail
	}
	b := acc.Bytes()
	var siblings strings.Builder
	for level := range roll.Depth {
		siblings.WriteString(h(field.Bytes(roll.Empty(level))))
	}
	parse := func(name, in string) vector {
		return vector{Name: name, Op: "roll.ParseAccumulator", In: values{"bytes": in}}
	}
	return []vector{
		leaf("leaf", id, 1), leaf("largest weight", id, roll.MaxWeight), leaf("no weight", id, 0),
		leaf("weight too large", id, roll.MaxWeight+1), leaf("zero identity", field.Element{}, 1),
		{Name: "empty leaf", Op: "roll.Empty", In: values{"level": "0"}},
		{Name: "empty bucket", Op: "roll.Empty", In: values{"level": "8"}},
		{Name: "empty roll", Op: "roll.Empty", In: values{"level": "32"}},
		grow("none", ""), grow("one", leaves(1)), grow("two", leaves(2)), grow("three", leaves(3)),
		grow("257", leaves(257)), grow("zero leaf", leaves(1)+fixed(new(big.Int))),
		parse("good", h(b)), parse("short", h(b[1:])), parse("count without node", h(append([]byte{0, 0, 0, 0, 0, 0, 0, 3}, b[8:]...))),
		parse("count too large", "01"+h(b[1:])), parse("not canonical", h(b[:8])+ones(32)+h(b[40:])),
		{Name: "path in a roll of one", Op: "roll.Root", In: values{
			"index": "0", "siblings": siblings.String(), "leaf": fixed(big.NewInt(1)),
		}},
		{Name: "path of another index", Op: "roll.Root", In: values{
			"index": "5", "siblings": siblings.String(), "leaf": fixed(big.NewInt(1)),
		}},
	}
}

func keygenCases() []vector {
	p := keygen.Parameters{ChainID: "evoted-1", ElectionID: 7, Threshold: 2, Slots: 2}
	var secrets []curve.Scalar
	for j := range 3 {
		secrets = append(secrets, scalarOf(fmt.Sprintf("trustee %d", j+1)))
		p.TrusteeKeys = append(p.TrusteeKeys, curve.BaseMul(secrets[j]))
	}
	with := func(more values) values {
		v := values{"chain": "evoted-1", "election": "7", "threshold": "2", "slots": "2", "trustees": h(curve.JoinPoints(p.TrusteeKeys...))}
		maps.Copy(v, more)
		return v
	}
	// Keys and parameters are valid, so neither dealing nor proving can fail.
	deals := make([]string, 3)
	for i := range deals {
		d, _ := keygen.NewDeal(p, i+1, secrets[i])
		deals[i] = h(d.Bytes())
	}
	proof, _ := keygen.ProveKey("evoted-1", "evote1abc", secrets[0], nil)
	verifyKey := func(name, address string, proof []byte) vector {
		return vector{Name: name, Op: "keygen.VerifyKey", In: values{
			"chain": "evoted-1", "address": address, "key": h(p.TrusteeKeys[0].Bytes()), "proof": h(proof),
		}}
	}
	open := func(name, dealer, deal string) vector {
		return vector{Name: name, Op: "keygen.OpenShare", In: with(values{
			"dealer": dealer, "deal": deal, "trustee": "3", "secret": h(secrets[2].Bytes()),
		})}
	}
	all := func(name string, deals ...string) vector {
		return vector{Name: name, Op: "keygen.Combine", In: with(values{"deals": strings.Join(deals, ",")})}
	}
	foreign := open("of another election", "1", deals[0])
	foreign.In["election"] = "8"
	return []vector{
		{Name: "trustee key", Op: "keygen.SecretKeyFromSeed", In: values{"seed": ones(64)}},
		verifyKey("key proof", "evote1abc", proof), verifyKey("of another account", "evote1abd", proof),
		verifyKey("short key proof", "evote1abc", proof[1:]),
		{Name: "deal", Op: "keygen.NewDeal", In: with(values{"dealer": "1", "secret": h(secrets[0].Bytes())})},
		open("share", "1", deals[0]),
		open("copied by another dealer", "2", deals[0]),
		foreign,
		open("altered share", "1", deals[0][:len(deals[0])-2]+"00"),
		open("identity commitment", "1", h(curve.Identity().Bytes())+deals[0][128:]),
		open("short deal", "1", deals[0][2:]),
		all("combine", deals...), all("two of three", deals[:2]...), all("one of three", deals[0]), all("wrong order", deals[1], deals[0]),
	}
}
