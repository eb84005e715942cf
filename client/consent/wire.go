// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"encoding/binary"
	"errors"
	"math"
)

var errWire = errors.New("it is no protocol buffer of this kind")

// maxDepth bounds how deep groups are within groups, and policies within policies; Fabric's are 4 deep.
const maxDepth = 16

// kind says how a field is written, and how often.
type kind int

const (
	number   kind = iota + 1 // a varint, at most once
	single                   // bytes, text or a message, at most once
	repeated                 // the same, any number of times
)

// shape says which fields a message may have.
type shape map[int]kind

// message is the fields of a message, by number and in order.
type message map[int][]field

// field is one field of a message: a number, or bytes.
type field struct {
	value uint64
	bytes []byte
}

func (m message) number(field int) uint64 {
	if all := m[field]; len(all) > 0 {
		return all[0].value
	}
	return 0
}

func (m message) bytes(field int) []byte {
	if all := m[field]; len(all) > 0 {
		return all[0].bytes
	}
	return nil
}

func (m message) text(field int) string { return string(m.bytes(field)) }

// read reads a message (https://protobuf.dev/programming-guides/encoding/) of a shape. It is stricter than protocol buffers:
// what the shape does not have, or has once and is there twice, is an error. Fabric would merge the two, and go by a field
// of which nothing is said here; whoever reads before signing must not be told less than it reads.
func read(data []byte, s shape) (message, error) {
	m := message{}
	for len(data) > 0 {
		id, f, rest, err := next(data, s)
		if err != nil || s[id] != repeated && len(m[id]) > 0 {
			return nil, errWire
		}
		m[id], data = append(m[id], f), rest
	}
	return m, nil
}

// next reads the field that data begins with.
func next(data []byte, s shape) (id int, f field, rest []byte, err error) {
	tag, n := binary.Uvarint(data)
	if n <= 0 || tag>>3 > math.MaxInt32 {
		return 0, f, nil, errWire
	}
	id, rest = int(tag>>3), data[n:]
	value, n := binary.Uvarint(rest)
	if n <= 0 {
		return 0, f, nil, errWire
	}
	rest = rest[n:]
	switch {
	case tag&7 == 0 && s[id] == number:
		return id, field{value: value}, rest, nil
	case tag&7 == 2 && (s[id] == single || s[id] == repeated) && value <= uint64(len(rest)):
		return id, field{bytes: rest[:value]}, rest[value:], nil
	default:
		return 0, f, nil, errWire
	}
}

// inner gives the bytes within messages that have one field only, each in the one before.
func inner(data []byte, path ...int) ([]byte, error) {
	for _, id := range path {
		m, err := read(data, shape{id: single})
		if err != nil {
			return nil, err
		}
		data = m.bytes(id)
	}
	return data, nil
}
