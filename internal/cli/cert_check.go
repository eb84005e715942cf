// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blockchain4all/blockchain4all/api"
)

// maxCheck is how much the clinic takes, in bytes.
const maxCheck = 256 << 10

func (a *app) certCheckCommand() *cobra.Command {
	in := api.CertificateCheck{}
	cmd := &cobra.Command{
		Use:   "check FILE… --purpose PURPOSE",
		Short: "Ask whether Fabric and the platform will take certificates, a request or an MSP",
		Long: "Ask the platform's certificate clinic whether Hyperledger Fabric and the platform will take certificates, " +
			"chains, requests, revocation lists or an MSP folder, why not, and how to put it right. FILE may be PEM, DER, " +
			"PKCS #7, an archive or folder of an MSP, or - for standard input. Files with private keys are not sent. " +
			"Nothing is kept, and no token is needed. Exit code 1: something would be refused.",
		Example: "  b4a cert check ane.pem issuing.pem root.pem\n" +
			"  b4a cert check --purpose ca Izenpe.com.crt\n" +
			"  b4a cert check --purpose identity-csr --org bizkaia ane.csr",
		Args: positional("FILE", "FILE…"),
	}
	f := cmd.Flags()
	f.StringVar(&in.Purpose, "purpose", "identity", "identity, tls, ca, sign-in, identity-csr or ca-csr")
	f.StringVar(&in.Organization, "org", "", "`ID` of the organization, for the remedies")
	f.StringVar(&in.Role, "role", "", "role that an identity shall have: client, peer, admin or orderer")
	f.StringVar(&in.Language, "language", a.language(), "of the answer: eu, es or en")
	a.complete(cmd, "purpose", fixed("identity", "tls", "ca", "sign-in", "identity-csr", "ca-csr"))
	a.complete(cmd, "org", a.orgNames())
	a.complete(cmd, "role", fixed("client", "peer", "admin", "orderer"))
	a.complete(cmd, "language", fixed("eu", "es", "en"))
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		for _, name := range args {
			file, err := a.checkFile(name)
			if err != nil {
				return err
			}
			in.Files = append(in.Files, file)
		}
		c, err := a.client()
		if err != nil {
			return err
		}
		r, err := c.CheckCertificates(ctx, in)
		if err != nil {
			return err
		}
		return a.printCheck(r)
	})
	return cmd
}

// language gives the language of the user's terminal, where the clinic speaks it.
func (a *app) language() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		value := a.env.Getenv(name)
		for _, l := range []string{"eu", "es", "en"} {
			if strings.HasPrefix(value, l) {
				return l
			}
		}
		if value != "" {
			break
		}
	}
	return "en"
}

// checkFile reads what shall be examined. A private key stays here.
func (a *app) checkFile(name string) (api.CheckFile, error) {
	var data []byte
	info, err := os.Stat(name)
	switch {
	case name == "-":
		data, err = io.ReadAll(io.LimitReader(a.env.Stdin, maxCheck+1))
	case err == nil && info.IsDir():
		data, err = zipFolder(name)
	case err == nil:
		data, err = readLimited(name)
	}
	if err != nil {
		return api.CheckFile{}, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxCheck {
		return api.CheckFile{}, usage("give only the certificates in question", "%s is over %d KiB", name, maxCheck>>10)
	}
	if bytes.Contains(data, []byte("PRIVATE KEY")) {
		return api.CheckFile{}, hinted(
			fmt.Errorf("%s holds a private key: it was not sent", name), "give only the certificates, and keep the key to yourself")
	}
	return api.CheckFile{Name: filepath.Base(name), Data: data}, nil
}

func readLimited(name string) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the user names the file
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxCheck+1))
	return data, errors.Join(err, f.Close())
}

// zipFolder packs an MSP folder, without its private keys.
func zipFolder(dir string) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "keystore":
			return filepath.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		data, err := readLimited(path)
		if err != nil {
			return err
		}
		if bytes.Contains(data, []byte("PRIVATE KEY")) {
			return nil
		}
		relative, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		f, err := w.Create(filepath.ToSlash(relative))
		if err != nil {
			return err
		}
		if _, err = f.Write(data); err == nil && out.Len() > maxCheck {
			err = fmt.Errorf("it holds over %d KiB", maxCheck>>10)
		}
		return err
	})
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}

func (a *app) printCheck(r api.CertificateReport) error {
	var err error
	switch a.output {
	case "json":
		err = a.printJSON(r)
	case "name":
		err = a.println(a.env.Stdout, r.Verdict)
	default:
		err = a.println(a.env.Stdout, checkLines(r)...)
	}
	if err != nil {
		return err
	}
	if r.Verdict == "error" {
		return silentError(exitFailed)
	}
	return nil
}

// checkLines puts a report into lines: what was found, and under each thing what is to be said of it.
func checkLines(r api.CertificateReport) []string {
	var out []string
	for i, item := range r.Items {
		name := item.Subject
		if name == "" {
			name = item.Issuer
		}
		out = append(out, fmt.Sprintf("%d. %s  %s", i+1, item.Kind, printable(name)))
		var facts []string
		for _, fact := range []string{item.KeyAlgorithm, item.SignatureAlgorithm, validity(item), item.File} {
			if fact != "" {
				facts = append(facts, printable(fact))
			}
		}
		out = append(out, "   "+strings.Join(facts, ", "))
		for _, f := range r.Findings {
			if f.Item != nil && *f.Item == i {
				out = append(out, findingLines(f)...)
			}
		}
	}
	for _, f := range r.Findings {
		if f.Item == nil {
			out = append(out, findingLines(f)...)
		}
	}
	return out
}

// validity tells from when until when something is valid.
func validity(i api.CheckedItem) string {
	if i.NotBefore.IsZero() {
		return ""
	}
	until := "…"
	if !i.NotAfter.IsZero() {
		until = i.NotAfter.UTC().Format("2006-01-02")
	}
	return i.NotBefore.UTC().Format("2006-01-02") + " – " + until
}

func findingLines(f api.CheckFinding) []string {
	mark := map[string]string{"ok": "✓", "info": "·", "warning": "!", "error": "✗"}[f.Severity]
	out := []string{"   " + mark + " " + printable(f.Text)}
	if f.Remedy != "" && f.Severity != "info" {
		out = append(out, "     → "+printable(f.Remedy))
	}
	if f.Commands != "" && f.Severity == "error" {
		out = append(out, "")
		for line := range strings.SplitSeq(f.Commands, "\n") {
			out = append(out, printable(line)) // at the margin, to be copied
		}
		out = append(out, "")
	}
	return out
}
