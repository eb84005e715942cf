// SPDX-License-Identifier: Apache-2.0

// Package participation makes nodes take part in channels: orderers by Fabric's channel participation API, peers by
// their configuration system chaincode, and configuration updates by the ordering service.
package participation

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http" //nolint:depguard // the orderers' administration is REST, and only it
	"net/url"
	"slices"
	"time"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// channelsPath is Fabric's (orderer/common/channelparticipation).
const channelsPath = "/participation/v1/channels"

const (
	maxAnswer   = 1 << 20          // bytes of an orderer's answer that are read
	callTimeout = 30 * time.Second // of one call, where the caller's context lasts longer
	connectPoll = 50 * time.Millisecond
)

// Info is an orderer's part in a channel.
type Info struct {
	Name     string `json:"name"`
	Height   uint64 `json:"height"`            // blocks that it has
	Relation string `json:"consensusRelation"` // "consenter", "follower" (it only copies), "config-tracker" or "other"
	Status   string `json:"status"`            // "active", "onboarding" (it catches up), "inactive" or "failed"
}

// Join makes the orderer whose channel participation API is at adminURL serve the channel of the genesis block. One
// that does already is no error. config is the client side of mutual TLS.
//
// Faults of this and the other calls: a fault.Unavailable "orderer_unreachable" when it does not answer, and with what
// it said a fault.Unavailable "orderer_busy" when it is being made ready or removes the channel, else a fault.Conflict
// "orderer_refused".
func Join(ctx context.Context, adminURL string, config *tls.Config, channel string, genesis []byte) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("config-block", channel+".block")
	if err == nil {
		_, err = part.Write(genesis)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return fmt.Errorf("compose form: %w", err)
	}
	a, err := do(ctx, config, http.MethodPost, adminURL+channelsPath, form.FormDataContentType(), body.Bytes())
	if err != nil || a.status == http.StatusCreated {
		return err
	}
	// The answer to a channel that exists is 405, but that is also the one to every wrong method: ask.
	if _, err := Get(ctx, adminURL, config, channel); err == nil {
		return nil
	}
	return a.refused()
}

// List gives the names of the channels that an orderer serves, sorted.
func List(ctx context.Context, adminURL string, config *tls.Config) ([]string, error) {
	a, err := do(ctx, config, http.MethodGet, adminURL+channelsPath, "", nil)
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		return nil, a.refused()
	}
	var list struct {
		Channels []Info `json:"channels"`
	}
	if err := json.Unmarshal(a.body, &list); err != nil {
		return nil, fmt.Errorf("decode channels: %w", err)
	}
	names := make([]string, 0, len(list.Channels))
	for _, c := range list.Channels {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return names, nil
}

// Get gives an orderer's part in a channel. One that it does not serve is a fault.NotFound "orderer_channel_not_found".
func Get(ctx context.Context, adminURL string, config *tls.Config, channel string) (Info, error) {
	var i Info
	a, err := do(ctx, config, http.MethodGet, adminURL+channelsPath+"/"+url.PathEscape(channel), "", nil)
	switch {
	case err != nil:
		return i, err
	case a.status == http.StatusNotFound:
		return i, fault.New(fault.NotFound, "orderer_channel_not_found", "the orderer does not serve %.64s", channel)
	case a.status != http.StatusOK:
		return i, a.refused()
	}
	if err := json.Unmarshal(a.body, &i); err != nil {
		return i, fmt.Errorf("decode channel: %w", err)
	}
	return i, nil
}

// Await waits until an orderer takes part in a channel as a consenter and has at least height blocks of it, or ctx or a
// minute ends: then a fault.Unavailable "orderer_behind" with what it was like.
func Await(ctx context.Context, adminURL string, config *tls.Config, channel string, height uint64) error {
	ctx, cancel := context.WithTimeout(ctx, configTimeout)
	defer cancel()
	ticker := time.NewTicker(connectPoll)
	defer ticker.Stop()
	for {
		i, err := Get(ctx, adminURL, config, channel)
		if err == nil && i.Relation == "consenter" && i.Status == "active" && i.Height >= height {
			return nil
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "orderer_behind", "an orderer does not take part in %.64s yet", channel).
				WithHint("see its log: b4a node logs").
				WithCause(errors.Join(err, fmt.Errorf("%s, %s, %d of %d blocks", i.Relation, i.Status, i.Height, height)))
		case <-ticker.C:
		}
	}
}

// Remove makes the orderer forget a channel and its ledger. One that it does not serve is no error. The orderer goes on
// with it after Remove has returned; List tells when it is done.
func Remove(ctx context.Context, adminURL string, config *tls.Config, channel string) error {
	a, err := do(ctx, config, http.MethodDelete, adminURL+channelsPath+"/"+url.PathEscape(channel), "", nil)
	if err != nil || a.status == http.StatusNoContent || a.status == http.StatusNotFound {
		return err
	}
	return a.refused()
}

// reply is what an orderer answered.
type reply struct {
	status int
	body   []byte
}

// do makes a call. An orderer says that it is healthy before its administration listens: a connection that is refused
// is tried again for connectTimeout.
func do(
	ctx context.Context, config *tls.Config, method, target, contentType string, body []byte,
) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	connecting, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	ticker := time.NewTicker(connectPoll)
	defer ticker.Stop()
	for {
		a, err := once(ctx, config, method, target, contentType, body)
		var dial *net.OpError
		if err == nil || !errors.As(err, &dial) || dial.Op != "dial" {
			return a, err
		}
		select {
		case <-connecting.Done():
			return a, err
		case <-ticker.C:
		}
	}
}

func once(
	ctx context.Context, config *tls.Config, method, target, contentType string, body []byte,
) (a reply, err error) {
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return a, fmt.Errorf("compose request: %w", err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return a, unreachable(err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	a.status = res.StatusCode
	if a.body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer)); err != nil {
		return a, unreachable(err)
	}
	return a, nil
}

func unreachable(err error) error {
	return fault.New(fault.Unavailable, "orderer_unreachable", "an orderer does not answer").
		WithHint("see its state: b4a node list").WithCause(err)
}

// refused tells what an orderer said.
func (a reply) refused() error {
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(a.body, &said) != nil || said.Error == "" {
		said.Error = http.StatusText(a.status)
	}
	cause := fmt.Errorf("status %d", a.status)
	if a.status >= http.StatusInternalServerError || a.status == http.StatusConflict {
		return fault.New(fault.Unavailable, "orderer_busy", "an orderer can't do this now: %s", said.Error).
			WithCause(cause)
	}
	return fault.New(fault.Conflict, "orderer_refused", "an orderer refused: %s", said.Error).WithCause(cause)
}
