// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	gateway "github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client/enrollment"
)

// submitter records one exam result.
type submitter func(ctx context.Context, ref string) error

const markJSON = `{"mark":"7.25","salt":"c2FsdHNhbHRzYWx0c2FsdA=="}`

func measureTransactions(ctx context.Context, o options, p *platform) ([]row, error) {
	session := api.Call{Organization: p.orgs[0], Function: "CreateSession", Arguments: []string{"saioa", "Saioa", "2026-06-15"}}
	if _, err := p.c.Submit(ctx, p.ledger, "exams", session); err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	rest := func(ctx context.Context, ref string) error {
		_, err := p.c.Submit(ctx, p.ledger, "exams", api.Call{
			Organization: p.orgs[0], Function: "RecordResult", Arguments: []string{"saioa", "fisika", ref},
			Transient: map[string]string{"result": markJSON},
		})
		return err
	}
	direct, closeDirect, err := p.official(ctx)
	if err != nil {
		return nil, fmt.Errorf("official client: %w", err)
	}
	defer closeDirect()
	var n atomic.Int64
	next := func() string { return fmt.Sprintf("ikaslea-%06d", n.Add(1)) }
	if _, err := lone(ctx, 5, direct, next); err != nil {
		return nil, err
	}
	// Interleaved, so that both meet the same machine.
	var restLone, directLone []time.Duration
	var restRate, directRate float64
	const turns = 3
	for range turns {
		for _, m := range []struct {
			submit submitter
			lone   *[]time.Duration
			rate   *float64
		}{{direct, &directLone, &directRate}, {rest, &restLone, &restRate}} {
			d, err := lone(ctx, o.lone/turns, m.submit, next)
			if err != nil {
				return nil, err
			}
			*m.lone = append(*m.lone, d...)
			r, err := throughput(ctx, o.transactions/turns, o.workers, m.submit, next)
			if err != nil {
				return nil, err
			}
			*m.rate += r / turns
		}
	}
	return []row{
		{"commit latency of a lone transaction, p50", "≤ 50 ms", ms(median(restLone)), ms(median(directLone)) + " official client", ratio(median(restLone), median(directLone))},
		{"REST over the official client, p50", "≤ 3 ms more", ms(median(restLone) - median(directLone)), "", ""},
		{
			fmt.Sprintf("throughput through REST, %d submitters", o.workers), "≥ 0.95 × official",
			fmt.Sprintf("%.0f tx/s", restRate), fmt.Sprintf("%.0f tx/s official client", directRate), fmt.Sprintf("%.2f", restRate/directRate),
		},
	}, nil
}

func lone(ctx context.Context, count int, submit submitter, next func() string) ([]time.Duration, error) {
	var took []time.Duration
	for range count {
		begin := time.Now()
		if err := submit(ctx, next()); err != nil {
			return nil, fmt.Errorf("lone transaction: %w", err)
		}
		took = append(took, time.Since(begin))
	}
	return took, nil
}

// throughput gives committed transactions a second.
func throughput(ctx context.Context, count, workers int, submit submitter, next func() string) (float64, error) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	begin := time.Now()
	for range count {
		g.Go(func() error { return submit(ctx, next()) })
	}
	if err := g.Wait(); err != nil {
		return 0, fmt.Errorf("under load: %w", err)
	}
	return float64(count) / time.Since(begin).Seconds(), nil
}

// official connects the official Fabric Gateway client with an application's bundle.
func (p *platform) official(ctx context.Context) (submitter, func(), error) {
	key, err := enrollment.NewKey()
	if err != nil {
		return nil, nil, err
	}
	csr, err := enrollment.CSR(key, "neurria")
	if err != nil {
		return nil, nil, err
	}
	if _, err := p.c.NewApplication(ctx, p.orgs[0], api.NewApplication{
		Name: "neurria", CSR: string(csr), Attributes: map[string]string{"b4a.role": "registrar,examiner"},
	}); err != nil {
		return nil, nil, err
	}
	var bundle bytes.Buffer
	if err := p.c.Bundle(ctx, p.orgs[0], "neurria", &bundle); err != nil {
		return nil, nil, err
	}
	conn, g, err := connect(bundle.Bytes(), key)
	if err != nil {
		return nil, nil, err
	}
	contract := g.GetNetwork(p.ledger).GetContract("exams")
	submit := func(ctx context.Context, ref string) error {
		_, err := contract.SubmitWithContext(ctx, "RecordResult", gateway.WithArguments("saioa", "fisika", ref),
			gateway.WithTransient(map[string][]byte{"result": []byte(markJSON)}))
		return err
	}
	return submit, func() { _, _ = g.Close(), conn.Close() }, nil
}

func connect(bundle []byte, key *ecdsa.PrivateKey) (*grpc.ClientConn, *gateway.Gateway, error) {
	files, err := unzip(bundle)
	if err != nil {
		return nil, nil, err
	}
	var info struct{ MSPID, PeerEndpoint, PeerHostAlias string }
	if err := json.Unmarshal(files["connection.json"], &info); err != nil {
		return nil, nil, fmt.Errorf("decode connection.json: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(files["tls-roots.pem"])
	conn, err := grpc.NewClient(info.PeerEndpoint,
		grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(roots, info.PeerHostAlias)))
	if err != nil {
		return nil, nil, fmt.Errorf("dial: %w", err)
	}
	certificate, err := identity.CertificateFromPEM(files["certificate.pem"])
	if err != nil {
		return nil, nil, fmt.Errorf("certificate: %w", err)
	}
	id, err := identity.NewX509Identity(info.MSPID, certificate)
	if err != nil {
		return nil, nil, fmt.Errorf("identity: %w", err)
	}
	sign, err := identity.NewPrivateKeySign(key)
	if err != nil {
		return nil, nil, fmt.Errorf("signer: %w", err)
	}
	g, err := gateway.Connect(id, gateway.WithSign(sign), gateway.WithHash(hash.SHA256), gateway.WithClientConnection(conn))
	if err != nil {
		return nil, nil, fmt.Errorf("connect: %w", err)
	}
	return conn, g, nil
}

func unzip(data []byte) (map[string][]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("open bundle: %w", err)
	}
	files := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", f.Name, err)
		}
		files[f.Name], err = io.ReadAll(r)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Name, err)
		}
	}
	return files, nil
}
