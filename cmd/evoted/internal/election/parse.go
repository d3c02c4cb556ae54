package election

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// errFile reports that a file holds no election, with all the places that are wrong.
var errFile = errors.New("the election file cannot be read")

// parseFile reads an election file. Fields that do not exist are refused, because a
// mistyped rule would silently be another election. Every field with a mistake is named
// with its line and column. Errors: errFile.
func parseFile(r io.Reader) (*file, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errFile, err)
	}
	if len(raw) > maxFile {
		return nil, fmt.Errorf("%w: it is too long", errFile)
	}
	p := parser{raw: raw, decoder: json.NewDecoder(bytes.NewReader(raw))}
	if err := p.fields(); err != nil {
		p.mistake(p.offset(err), syntaxInWords(err))
	}
	switch len(p.mistakes) {
	case 0:
		return &p.file, nil
	case 1:
		return nil, fmt.Errorf("%w: %s", errFile, p.mistakes[0])
	default:
		return nil, mistakes(p.mistakes)
	}
}

// mistakes are several that a file has, shown a line each.
type mistakes []string

func (m mistakes) Error() string     { return fmt.Sprintf("%v: %d mistakes", errFile, len(m)) }
func (m mistakes) Unwrap() error     { return errFile }
func (m mistakes) Details() []string { return m }

// parser reads an object field by field, so that a mistake in one does not hide those in
// the others.
type parser struct {
	raw      []byte
	decoder  *json.Decoder
	file     file
	mistakes []string
}

var errNoObject = errors.New("an election is an object in { }")

// fields reads the object. The error is one after which nothing more can be understood.
func (p *parser) fields() error {
	if start, err := p.decoder.Token(); err != nil {
		return err
	} else if start != json.Delim('{') {
		return errNoObject
	}
	seen := map[string]bool{}
	for p.decoder.More() {
		token, err := p.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // the keys of an object are strings
		end := p.decoder.InputOffset()
		var value json.RawMessage
		if err := p.decoder.Decode(&value); err != nil {
			return err
		}
		if lower := strings.ToLower(name); seen[lower] {
			p.mistake(end, fmt.Sprintf("%q is there twice", name))
		} else {
			seen[lower] = true
		}
		p.field(name, value, end)
	}
	if _, err := p.decoder.Token(); err != nil {
		return err
	}
	if _, err := p.decoder.Token(); !errors.Is(err, io.EOF) {
		p.mistake(p.decoder.InputOffset(), "something follows the election")
	}
	return nil
}

// field reads one field into the file; nameEnd is the offset after its name.
func (p *parser) field(name string, value json.RawMessage, nameEnd int64) {
	quoted := strconv.Quote(name)
	if encoded, err := json.Marshal(name); err == nil {
		quoted = string(encoded)
	}
	prefix := "{" + quoted + ":"
	decoder := json.NewDecoder(strings.NewReader(prefix + string(value) + "}"))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&p.file)
	start := p.decoder.InputOffset() - int64(len(value))
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
	case errors.As(err, &wrong):
		p.mistake(max(start, start+wrong.Offset-int64(len(prefix))), typeInWords(wrong))
	default:
		unknown := strings.TrimPrefix(err.Error(), "json: unknown field ")
		at := nameEnd
		if i := bytes.Index(value, []byte(unknown)); i >= 0 && unknown != quoted {
			at = start + int64(i+len(unknown))
		}
		p.mistake(at, fmt.Sprintf("there is no field %s", unknown))
	}
}

// mistake notes what is wrong at an offset.
func (p *parser) mistake(offset int64, text string) {
	before := p.raw[:min(max(offset, 0), int64(len(p.raw)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:])))
	p.mistakes = append(p.mistakes, fmt.Sprintf("line %d, column %d: %s", line, max(column, 1), text))
}

// offset returns where an error of the decoder lies.
func (p *parser) offset(err error) int64 {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return syntax.Offset
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return int64(len(p.raw))
	default:
		return p.decoder.InputOffset()
	}
}

func syntaxInWords(err error) string {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the file ends too early: a } or ] is missing"
	case errors.Is(err, errNoObject):
		return err.Error()
	}
	return "this is not JSON (is a comma or a quotation mark missing?): " + strings.TrimPrefix(err.Error(), "json: ")
}

// typeInWords says what a field must be.
func typeInWords(wrong *json.UnmarshalTypeError) string {
	what := "something else"
	switch wrong.Type.Kind() {
	case reflect.Uint64:
		what = "a whole number"
	case reflect.Uint32:
		what = "a whole number below 2^32"
	case reflect.String:
		what = "a text in quotation marks"
	case reflect.Bool:
		what = "true or false"
	case reflect.Slice:
		what = "a list in [ ]"
	case reflect.Struct:
		what = "an object in { }"
	default:
	}
	return fmt.Sprintf("%s must be %s", wrong.Field, what)
}
