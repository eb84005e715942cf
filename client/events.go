// SPDX-License-Identifier: Apache-2.0

package client

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
)

const maxEventLine = 4 << 20

func isEventStream(res *http.Response) bool {
	kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	return err == nil && kind == "text/event-stream"
}

func decodeOperation(data []byte) (api.Operation, error) {
	var op api.Operation
	if err := json.Unmarshal(data, &op); err != nil {
		return op, fmt.Errorf("decode event: %w", err)
	}
	return op, nil
}

// readEvents reads server-sent events (WHATWG HTML, section 9.2) and hands each to event; alive is called with each
// line. It returns nil at the end of the stream and when event returns io.EOF. An event cut off by the end of the
// stream is dropped, as the standard says.
func readEvents(r io.Reader, alive func(), event func(name string, data []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4096), maxEventLine)
	var name string
	var data []byte
	some := false
	for lines.Scan() {
		alive()
		line := lines.Bytes()
		if len(line) == 0 {
			if some {
				if err := event(name, bytes.TrimSuffix(data, []byte("\n"))); err != nil {
					if errors.Is(err, io.EOF) {
						return nil
					}
					return err
				}
			}
			name, data, some = "", nil, false
			continue
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "event":
			name = string(value)
		case "data":
			data = append(append(data, value...), '\n')
			some = true
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	return nil
}
