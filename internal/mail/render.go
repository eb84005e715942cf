// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	"sync"
	"text/template"
	"unicode"
)

//go:embed templates
var files embed.FS

// Locales gives the languages of the templates.
func Locales() []string { return []string{"eu", "es", "en"} }

// catalogue holds the texts of each language: the templates "<name>.subject" and "<name>.text".
type catalogue struct {
	texts map[string]*template.Template
	page  *htmltemplate.Template
}

// load reads the embedded templates, once; they are part of the program and tested with it.
//
//nolint:gochecknoglobals // a cache of what is compiled in
var load = sync.OnceValues(func() (catalogue, error) {
	c := catalogue{texts: map[string]*template.Template{}}
	for _, locale := range Locales() {
		t, err := template.New(locale).Option("missingkey=error").ParseFS(files, "templates/"+locale+".tmpl")
		if err != nil {
			return c, fmt.Errorf("parse templates: %w", err)
		}
		c.texts[locale] = t
	}
	page, err := htmltemplate.ParseFS(files, "templates/page.html")
	if err != nil {
		return c, fmt.Errorf("parse page: %w", err)
	}
	c.page = page
	return c, nil
})

// paragraph of the HTML part: text, or a link of our own.
type paragraph struct {
	Lines []string
	Link  string
}

// render makes a letter of a message. Values are put on one line each, except "text", and cut to a size; "link" is a path and
// gets the public URL before it. Only that becomes a link: addresses that others wrote stay text.
func render(m Message, publicURL string) (Letter, error) {
	c, err := load()
	if err != nil {
		return Letter{}, err
	}
	data := make(map[string]string, len(m.Data))
	for k, v := range m.Data {
		data[k] = tame(k, v)
	}
	link := ""
	if path, ok := data["link"]; ok {
		if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
			return Letter{}, fmt.Errorf("template %s: the link is not a path", m.Template)
		}
		link = publicURL + path
		data["link"] = link
	}
	subject, err := c.execute(m.Locale, m.Template+".subject", data)
	if err != nil {
		return Letter{}, err
	}
	text, err := c.execute(m.Locale, m.Template+".text", data)
	if err != nil {
		return Letter{}, err
	}
	var html strings.Builder
	page := struct {
		Locale, Subject string
		Paragraphs      []paragraph
	}{m.Locale, subject, paragraphs(text, link)}
	if err := c.page.Execute(&html, page); err != nil {
		return Letter{}, fmt.Errorf("render %s: %w", m.Template, err)
	}
	return Letter{
		To: m.To, Locale: m.Locale, Subject: oneLine(subject, maxValue), Text: text + "\n", HTML: html.String(),
	}, nil
}

func (c catalogue) execute(locale, name string, data map[string]string) (string, error) {
	t := c.texts[locale]
	if t == nil || t.Lookup(name) == nil {
		return "", fmt.Errorf("there is no template %s in %s", name, locale)
	}
	var b strings.Builder
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("render %s: %w", name, err)
	}
	return strings.TrimSpace(b.String()), nil
}

func paragraphs(text, link string) []paragraph {
	var out []paragraph
	for block := range strings.SplitSeq(text, "\n\n") {
		block = strings.TrimSpace(block)
		switch {
		case block == "":
		case link != "" && block == link:
			out = append(out, paragraph{Link: link})
		default:
			out = append(out, paragraph{Lines: strings.Split(block, "\n")})
		}
	}
	return out
}

// tame keeps a value from being more than a value: no headers, no paragraphs that look like ours.
func tame(name, value string) string {
	if name != "text" {
		return oneLine(value, maxValue)
	}
	lines := strings.Split(strings.ReplaceAll(value, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = "> " + oneLine(l, maxText)
	}
	return cut(strings.Join(lines, "\n"), maxText)
}

func oneLine(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s)
	return cut(strings.TrimSpace(s), limit)
}

// cut shortens a text to a number of bytes without breaking a character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}
