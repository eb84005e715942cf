// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/client"
	"github.com/blockchain4all/blockchain4all/client/consent"
)

func (a *app) signatureCommand() *cobra.Command {
	return group("signature", "Signatures that your organization is asked for, where it administers itself",
		a.signatureListCommand(), a.signatureShowCommand(), a.signatureSignCommand(), a.signatureDeclineCommand(),
		a.signaturePrepareCommand(), a.signatureSubmitCommand())
}

func (a *app) signatureListCommand() *cobra.Command {
	var filter client.SignatureFilter
	cmd := &cobra.Command{Use: "list", Short: "List signature requests, newest first", Args: positional()}
	cmd.Flags().StringVar(&filter.State, "state", "", "open, signed, declined, superseded or withdrawn")
	a.complete(cmd, "state", fixed("open", "signed", "declined", "superseded", "withdrawn"))
	cmd.Flags().StringVar(&filter.Operation, "operation", "", "only those of the operation with this `ID`")
	org := a.orgFlag(cmd, "only those to the organization with this `ID`")
	limit := limitFlag(cmd)
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, _ []string) error {
		filter.Organization = *org
		items, err := collect(c.SignatureRequests(ctx, filter, limit.page()), limit)
		if err != nil {
			return err
		}
		return printList(a, items, func(r api.SignatureRequest) string { return r.ID }, "Nothing is to be signed.",
			column[api.SignatureRequest]{title: "ID", cell: func(r api.SignatureRequest) string { return r.ID }},
			column[api.SignatureRequest]{title: "STATE", cell: func(r api.SignatureRequest) string {
				return stateAndReason(r.State, r.Reason)
			}},
			column[api.SignatureRequest]{title: "ORG", cell: func(r api.SignatureRequest) string { return r.Organization }},
			column[api.SignatureRequest]{title: "WHAT", cell: func(r api.SignatureRequest) string { return r.Title }},
			column[api.SignatureRequest]{title: "AGE", cell: func(r api.SignatureRequest) string { return a.since(r.CreatedAt) }},
		)
	})
	return cmd
}

func (a *app) signatureShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show what a signature is asked for", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.signatureIDs("")),
	}
	content := cmd.Flags().String("content", "", "`file` for the bytes that are consented to")
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		r, err := c.SignatureRequest(ctx, args[0])
		if err != nil {
			return err
		}
		if *content != "" {
			if err := writeFile(*content, r.Content, 0o644); err != nil {
				return err
			}
		}
		return a.printSignatureRequest(r)
	})
	return cmd
}

func (a *app) printSignatureRequest(r api.SignatureRequest) error {
	fields := []field{
		{"ID", r.ID},
		{"What", r.Title},
		{"Organization", r.Organization},
		{"Ledger", r.Ledger},
		{"State", stateAndReason(r.State, r.Reason)},
		{"SHA-256", r.Digest},
		{"Operation", r.Operation},
		{"Asked by", r.AskedBy},
		{"Since", a.clock(r.CreatedAt)},
	}
	if r.AnsweredAt != nil {
		fields = append(fields, field{"Answered", a.clock(*r.AnsweredAt) + "  " + r.AnsweredBy})
	}
	if r.TransactionID != "" {
		fields = append(fields, field{"Transaction", r.TransactionID})
	}
	lines, err := readContent(r)
	if err != nil {
		lines = []string{"can't be read here: " + err.Error()}
	}
	return a.printOne(r, r.ID, append(fields, field{"Read here", strings.Join(lines, "\n")}))
}

// readContent tells what the bytes that are consented to say, whatever the platform says of them. Bytes that are not
// those which the digest is of are an error.
func readContent(r api.SignatureRequest) ([]string, error) {
	if consent.Digest(r.Content) != r.Digest {
		return nil, errors.New("the content has not the digest that is shown")
	}
	if r.Kind == "contract-approval" {
		approval, err := consent.ReadArguments(r.Content)
		if err != nil {
			return nil, fmt.Errorf("read approval: %w", err)
		}
		return append([]string{
			fmt.Sprintf("approves contract %s %s, sequence %d", printable(approval.Name), printable(approval.Version), approval.Sequence),
			"package " + printable(approval.PackageID),
		}, approval.Facts...), nil
	}
	update, err := consent.ReadUpdate(r.Content)
	if err != nil {
		return nil, fmt.Errorf("read update: %w", err)
	}
	if update.Channel != r.Ledger {
		return nil, fmt.Errorf("the update is of ledger %s, not of %s", printable(update.Channel), r.Ledger)
	}
	lines := []string{"changes the configuration of ledger " + printable(update.Channel) + ":"}
	for _, c := range update.Changes {
		lines = append(lines, "  "+c.Action+" "+printable(c.Path))
		for _, f := range c.Facts {
			lines = append(lines, "    "+printable(f))
		}
	}
	return lines, nil
}

// checkToSign refuses to sign what is not what the request asks for, in the name of a certificate.
func checkToSign(r api.SignatureRequest, u api.ToSign, certPEM string, txID *string) error {
	if !slices.Contains([]string{"update", "proposal", "transaction"}, u.Step) || (u.Step == "update") != (r.Kind == "config-update") {
		return fmt.Errorf("the platform gives a step %q of a %s to sign", printable(u.Step), r.Kind)
	}
	if u.Step == "update" {
		signer, update, err := consent.ReadSignedUpdate(u.Message)
		if err != nil || !bytes.Equal(update, r.Content) || !sameCertificate(signer, []byte(certPEM)) {
			return errors.New("what the platform gives to sign is another update, or in another name")
		}
		return nil
	}
	read := consent.ReadProposal
	if u.Step == "transaction" {
		read = consent.ReadTransaction
	}
	approval, err := read(u.Message)
	if err != nil {
		return fmt.Errorf("what the platform gives to sign can't be read: %w", err)
	}
	if approval.Channel != r.Ledger || !bytes.Equal(approval.Arguments, r.Content) || *txID != "" && *txID != approval.TxID {
		return errors.New("what the platform gives to sign is another approval")
	}
	*txID = approval.TxID
	return nil
}

func sameCertificate(a, b []byte) bool {
	one, _ := pem.Decode(a)
	other, _ := pem.Decode(b)
	return one != nil && other != nil && bytes.Equal(one.Bytes, other.Bytes)
}

func (a *app) signatureSignCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "sign ID --cert FILE --key FILE", Short: "Consent, by the signature of an administrator's key",
		Long: "Show what is asked for, as this program itself reads it from the bytes, and sign it. " +
			"The key never leaves this machine. Other programs sign by means of prepare and submit.",
		Example: "  b4a signature sign 01J… --cert admin.cert.pem --key admin.key.pem", Args: positional("ID"),
		ValidArgsFunction: byPosition(a.signatureIDs("open")),
	}
	certFile := cmd.Flags().String("cert", "", "PEM `file` of an administrator's certificate")
	keyFile := cmd.Flags().String("key", "", "PEM `file` of its key")
	yes := cmd.Flags().Bool("yes", false, "do not ask")
	a.required(cmd, "cert", "key")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		key, err := readKey(*keyFile)
		if err != nil {
			return err
		}
		cert, err := readCert(*certFile)
		if err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		r, err := c.SignatureRequest(ctx, args[0])
		if err != nil {
			return err
		}
		lines, err := readContent(r)
		if err != nil {
			return err
		}
		a.note("%s", printable(r.Title))
		for _, l := range lines {
			a.note("%s", l)
		}
		if err := a.sure("Sign it in the name of "+printable(r.Organization)+"?", *yes); err != nil {
			return err
		}
		signed, err := signAll(ctx, c, r, cert, key)
		if err != nil {
			return err
		}
		return a.printSignatureRequest(signed)
	})
	return cmd
}

// signAll signs all that a request takes, each after a look at it.
func signAll(ctx context.Context, c *client.Client, r api.SignatureRequest, cert string, key *ecdsa.PrivateKey) (api.SignatureRequest, error) {
	u, err := c.PrepareSignature(ctx, r.ID, cert)
	if err != nil {
		return r, err
	}
	txID := ""
	for {
		if err := checkToSign(r, u, cert, &txID); err != nil {
			return r, err
		}
		signature, err := signMessage(key, u.Message)
		if err != nil {
			return r, fmt.Errorf("sign: %w", err)
		}
		answer, err := c.Sign(ctx, r.ID, api.Signature{Step: u.Step, Bytes: u.Bytes, Signature: signature})
		if err != nil {
			return r, err
		}
		if answer.Next == nil {
			return withContent(answer.Request, r.Content), nil
		}
		u = *answer.Next
	}
}

func withContent(r api.SignatureRequest, content []byte) api.SignatureRequest {
	r.Content = content
	return r
}

func (a *app) signatureDeclineCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "decline ID --reason TEXT", Short: "Decline to sign: what waits for it fails, and the others read why",
		Args: positional("ID"), ValidArgsFunction: byPosition(a.signatureIDs("open")),
	}
	reason := cmd.Flags().String("reason", "", "why, in words")
	a.required(cmd, "reason")
	cmd.RunE = a.remote(func(ctx context.Context, c *client.Client, args []string) error {
		if _, err := c.DeclineSignature(ctx, args[0], *reason); err != nil {
			return err
		}
		r, err := c.SignatureRequest(ctx, args[0])
		if err != nil {
			return err
		}
		return a.printSignatureRequest(r)
	})
	return cmd
}

// The files of a signature that another program makes.
const (
	messageFile = "message.bin"
	toSignFile  = "signature-request.json"
)

// prepared is what toSignFile holds.
type prepared struct {
	Request     api.SignatureRequest `json:"request"`
	ToSign      api.ToSign           `json:"toSign"`
	Certificate string               `json:"certificate"` // PEM
	TxID        string               `json:"transactionId,omitempty"`
}

func (a *app) signaturePrepareCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "prepare ID --cert FILE --out DIR", Short: "Write what is to be signed to a file, for another program to sign",
		Long: "Write the message that an administrator signs to DIR/" + messageFile + ". Sign its SHA-256 digest with ECDSA, as " +
			"openssl dgst does, on whatever machine has the key, then: b4a signature submit.",
		Example: "  b4a signature prepare 01J… --cert admin.cert.pem --out consent\n" +
			"  openssl dgst -sha256 -sign admin.key.pem -out consent/signature.bin consent/" + messageFile + "\n" +
			"  b4a signature submit consent --signature consent/signature.bin",
		Args: positional("ID"), ValidArgsFunction: byPosition(a.signatureIDs("open")),
	}
	certFile := cmd.Flags().String("cert", "", "PEM `file` of an administrator's certificate")
	dir := cmd.Flags().String("out", "", "`directory` for the files; made when there is none")
	a.required(cmd, "cert", "out")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		cert, err := readCert(*certFile)
		if err != nil {
			return err
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		r, err := c.SignatureRequest(ctx, args[0])
		if err != nil {
			return err
		}
		u, err := c.PrepareSignature(ctx, r.ID, cert)
		if err != nil {
			return err
		}
		if err := a.writePrepared(*dir, prepared{Request: r, ToSign: u, Certificate: cert}); err != nil {
			return err
		}
		return a.printSignatureRequest(r)
	})
	return cmd
}

func (a *app) writePrepared(dir string, p prepared) error {
	if err := checkToSign(p.Request, p.ToSign, p.Certificate, &p.TxID); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	if err := writeFile(filepath.Join(dir, toSignFile), data, 0o600); err != nil {
		return err
	}
	message := filepath.Join(dir, messageFile)
	if err := writeFile(message, p.ToSign.Message, 0o600); err != nil {
		return err
	}
	signature := filepath.Join(dir, "signature.bin")
	a.note("Sign it, then send it:\n  openssl dgst -sha256 -sign KEY -out %s %s\n  b4a signature submit %s --signature %s",
		signature, message, dir, signature)
	return nil
}

func (a *app) signatureSubmitCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "submit DIR --signature FILE", Short: "Send a signature that another program made",
		Long: "Send the signature of DIR/" + messageFile + ", as prepare wrote it. A contract's approval takes two: the second " +
			"message is written in the place of the first.",
		Args: positional("DIR"),
	}
	file := cmd.Flags().String("signature", "", "`file` of the signature, ASN.1 DER")
	a.required(cmd, "signature")
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		data, err := os.ReadFile(filepath.Join(args[0], toSignFile))
		if err != nil {
			return hinted(fmt.Errorf("read request: %w", err), "b4a signature prepare ID --cert FILE --out "+args[0])
		}
		var p prepared
		if err := json.Unmarshal(data, &p); err != nil {
			return fmt.Errorf("read %s: %w", toSignFile, err)
		}
		signature, err := readText(*file)
		if err != nil {
			return usage("--signature FILE, as openssl dgst -sign writes it", "--signature: %s", err)
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		answer, err := c.Sign(ctx, p.Request.ID, api.Signature{
			Step: p.ToSign.Step, Bytes: p.ToSign.Bytes, Signature: []byte(signature),
		})
		if err != nil {
			return err
		}
		if answer.Next != nil {
			p.ToSign = *answer.Next
			a.note("One more signature is needed: that of the transaction.")
			return a.writePrepared(args[0], p)
		}
		return a.printSignatureRequest(withContent(answer.Request, p.Request.Content))
	})
	return cmd
}

func (a *app) signatureIDs(state string) completer {
	return names(a, func(ctx context.Context, c *client.Client, _ *cobra.Command, _ []string) iter.Seq2[api.SignatureRequest, error] {
		return c.SignatureRequests(ctx, client.SignatureFilter{State: state})
	}, func(r api.SignatureRequest) string { return r.ID + "\t" + r.Title })
}
