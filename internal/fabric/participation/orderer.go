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
	"net/http"
	"net/url"

	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// channelsPath is Fabric's (orderer/common/channelparticipation).
const channelsPath = "/participation/v1/channels"

// maxAnswer bounds what is read of an orderer's answer, bytes.
const maxAnswer = 1 << 20

// Join makes the orderer whose channel participation API is at adminURL serve the channel of the genesis block. One
// that does already is no error. config is the client side of mutual TLS.
func Join(ctx context.Context, adminURL string, config *tls.Config, channel string, genesis []byte) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("config-block", channel+".block")
	if err != nil {
		return fmt.Errorf("compose form: %w", err)
	}
	if _, err := part.Write(genesis); err != nil {
		return fmt.Errorf("compose form: %w", err)
	}
	if err := form.Close(); err != nil {
		return fmt.Errorf("compose form: %w", err)
	}
	status, answer, err := call(ctx, config, http.MethodPost, adminURL+channelsPath, form.FormDataContentType(), &body)
	if err != nil || status == http.StatusCreated {
		return err
	}
	// "Cannot join: channel already exists" is 405, or 409 while it is being joined.
	if status == http.StatusMethodNotAllowed || status == http.StatusConflict {
		found, err := serves(ctx, adminURL, config, channel)
		if err == nil && found {
			return nil
		}
	}
	return refused(status, answer)
}

// List gives the names of the channels that an orderer serves.
func List(ctx context.Context, adminURL string, config *tls.Config) ([]string, error) {
	status, answer, err := call(ctx, config, http.MethodGet, adminURL+channelsPath, "", nil)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, refused(status, answer)
	}
	var list struct {
		Channels []struct {
			Name string `json:"name"`
		} `json:"channels"`
	}
	if err := json.Unmarshal(answer, &list); err != nil {
		return nil, fmt.Errorf("decode channels: %w", err)
	}
	names := make([]string, 0, len(list.Channels))
	for _, c := range list.Channels {
		names = append(names, c.Name)
	}
	return names, nil
}

// Remove makes the orderer forget a channel and its ledger. One that it does not serve is no error.
func Remove(ctx context.Context, adminURL string, config *tls.Config, channel string) error {
	status, answer, err := call(ctx, config, http.MethodDelete, adminURL+channelsPath+"/"+url.PathEscape(channel), "", nil)
	if err != nil || status == http.StatusNoContent || status == http.StatusNotFound {
		return err
	}
	return refused(status, answer)
}

func serves(ctx context.Context, adminURL string, config *tls.Config, channel string) (bool, error) {
	status, _, err := call(ctx, config, http.MethodGet, adminURL+channelsPath+"/"+url.PathEscape(channel), "", nil)
	return status == http.StatusOK, err
}

func call(
	ctx context.Context, config *tls.Config, method, target, contentType string, body io.Reader,
) (status int, answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return 0, nil, fmt.Errorf("compose request: %w", err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, fault.New(fault.Unavailable, "orderer_unreachable", "an orderer does not answer").
			WithHint("see its state: b4a node list").WithCause(err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	answer, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return 0, nil, fmt.Errorf("read answer: %w", err)
	}
	return res.StatusCode, answer, nil
}

// refused tells what an orderer said.
func refused(status int, answer []byte) error {
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(answer, &said) != nil || said.Error == "" {
		said.Error = http.StatusText(status)
	}
	kind := fault.Conflict
	if status >= http.StatusInternalServerError {
		kind = fault.Unavailable
	}
	return fault.New(kind, "orderer_refused", "an orderer refused: %s", said.Error)
}
