// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"encoding/binary"
	"errors"
	"math"
)

var errWire = errors.New("it is no protocol buffer of this kind")

// maxDepth bounds how deep groups are within groups; Fabric's are 4 deep.
const maxDepth = 16

// field is one field of a protocol buffer's message: a number, or bytes.
type field struct {
	number int
	value  uint64
	bytes  []byte
}

// fields reads a message (https://protobuf.dev/programming-guides/encoding/). Fabric's messages have no other wire types
// than these four.
func fields(message []byte) ([]field, error) {
	var all []field
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 || tag>>3 == 0 || tag>>3 > 1<<29 {
			return nil, errWire
		}
		message = message[n:]
		f := field{number: int(tag >> 3)}
		switch tag & 7 {
		case 0:
			if f.value, n = binary.Uvarint(message); n <= 0 {
				return nil, errWire
			}
			message = message[n:]
		case 1, 5:
			size := 8
			if tag&7 == 5 {
				size = 4
			}
			if len(message) < size {
				return nil, errWire
			}
			message = message[size:]
		case 2:
			size, n := binary.Uvarint(message)
			if n <= 0 || size > math.MaxInt32 || int(size) > len(message)-n {
				return nil, errWire
			}
			f.bytes = message[n : n+int(size)]
			message = message[n+int(size):]
		default:
			return nil, errWire
		}
		all = append(all, f)
	}
	return all, nil
}

// inner gives the bytes of the last field of a number, as protocol buffers count; none if there is none.
func inner(message []byte, path ...int) ([]byte, error) {
	for _, number := range path {
		all, err := fields(message)
		if err != nil {
			return nil, err
		}
		message = nil
		for _, f := range all {
			if f.number == number {
				message = f.bytes
			}
		}
	}
	return message, nil
}
