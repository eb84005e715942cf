// SPDX-License-Identifier: Apache-2.0

package httpapi_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/httpapi"
)

// TestSlowBodies: who sends a body too slowly loses the connection, whether the handler reads it or not; a handler that
// takes longer than that over a whole body is left alone.
func TestSlowBodies(t *testing.T) {
	t.Parallel()
	const limit = 200 * time.Millisecond
	server := httptest.NewServer(httpapi.Timely(limit)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/unread" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusRequestTimeout)
			return
		}
		select {
		case <-r.Context().Done():
			w.WriteHeader(http.StatusTeapot)
		case <-time.After(2 * limit):
		}
	})))
	t.Cleanup(server.Close)
	for _, c := range []struct {
		path, sent string
		status     int
		closed     bool
	}{
		{"/read", "so", http.StatusRequestTimeout, true},
		{"/unread", "so", http.StatusUnauthorized, true},
		{"/read", "so slow", http.StatusOK, false},
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		must(t, err)
		must(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
		_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\n%s", c.path, c.sent)
		must(t, err)
		answers := bufio.NewReader(conn)
		res, err := http.ReadResponse(answers, nil)
		must(t, err)
		_ = res.Body.Close()
		if res.StatusCode != c.status {
			t.Errorf("%s %q: status %d, want %d", c.path, c.sent, res.StatusCode, c.status)
		}
		if c.closed {
			if _, err := answers.ReadByte(); err != io.EOF {
				t.Errorf("%s %q: the connection is still open: %v", c.path, c.sent, err)
			}
		}
		_ = conn.Close()
	}
}
