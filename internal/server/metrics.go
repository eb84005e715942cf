// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/blockchain4all/blockchain4all/internal/consent"
	"github.com/blockchain4all/blockchain4all/internal/org"
)

// scrapeTimeout bounds what one scrape may ask of the store.
const scrapeTimeout = 2 * time.Second

// metrics collects the platform's state when it is scraped.
type metrics struct {
	platform *platform
	registry *prometheus.Registry
	ready    *prometheus.Desc
	nodes    *prometheus.Desc
	restarts *prometheus.Desc
	memory   *prometheus.Desc
	ledgers  *prometheus.Desc
	expiry   *prometheus.Desc
	lists    *prometheus.Desc
	warnings *prometheus.Desc
	asked    *prometheus.Desc
}

func newMetrics(p *platform) *metrics {
	m := &metrics{
		platform: p,
		registry: prometheus.NewRegistry(),
		ready:    prometheus.NewDesc("b4a_ready", "1 when the ordering service and the operator's peer answer.", nil, nil),
		nodes: prometheus.NewDesc("b4a_node_phase", "1 for the phase that a node is in.",
			[]string{"node", "kind", "org", "phase"}, nil),
		restarts: prometheus.NewDesc("b4a_node_restarts_total", "Restarts of a node since b4a started.", []string{"node"}, nil),
		memory:   prometheus.NewDesc("b4a_node_resident_bytes", "Resident memory of a node.", []string{"node"}, nil),
		ledgers:  prometheus.NewDesc("b4a_ledger_height", "Blocks of a ledger, as last seen.", []string{"ledger"}, nil),
		expiry: prometheus.NewDesc("b4a_certificate_expiry_timestamp_seconds",
			"When a certificate in use ends, Unix time; of members and applications the one that ends first.",
			[]string{"org", "holder", "purpose"}, nil),
		lists: prometheus.NewDesc("b4a_crl_next_update_timestamp_seconds",
			"When the published revocation list of an authority must have been renewed, Unix time.",
			[]string{"org", "purpose", "generation"}, nil),
		warnings: prometheus.NewDesc("b4a_organization_warning",
			"1 when an organization's people must look into something, as when its authority was revoked.", []string{"org"}, nil),
		asked: prometheus.NewDesc("b4a_signature_request_age_seconds",
			"For how long the oldest open request for a signature of an organization's administrator has waited; 0: none is open.",
			[]string{"org"}, nil),
	}
	m.registry.MustRegister(m, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Describe implements prometheus.Collector.
func (m *metrics) Describe(out chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, out) }

// Collect implements prometheus.Collector. What can't be read is left out.
func (m *metrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout) //nolint:forbidigo // Prometheus gives no context
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	ready := 0.0
	if m.platform.Ready(ctx) == nil {
		ready = 1
	}
	gauge(m.ready, ready)
	nodes, _ := m.platform.nodes.List(ctx, "")
	for _, n := range nodes {
		o, err := m.platform.nodes.Observe(ctx, n.ID)
		if err != nil {
			continue
		}
		gauge(m.nodes, 1, n.ID, string(n.Kind), n.Org, string(o.Phase))
		gauge(m.memory, float64(o.Usage.RSSBytes), n.ID)
		out <- prometheus.MustNewConstMetric(m.restarts, prometheus.CounterValue, float64(o.Restarts), n.ID)
	}
	channels, _ := m.platform.channels.List(ctx, "", "", 0)
	for _, c := range channels {
		gauge(m.ledgers, float64(m.platform.channels.Height(c.Name)), c.Name)
	}
	for key, at := range m.ends(ctx) {
		gauge(m.expiry, float64(at.Unix()), key[0], key[1], key[2])
	}
	lists, _ := m.platform.revocation.Lists(ctx)
	for _, l := range lists {
		gauge(m.lists, float64(l.NextUpdate.Unix()), l.Org, string(l.Purpose), strconv.Itoa(l.Generation))
	}
	orgs, _ := m.platform.orgs.List(ctx, "", 0)
	oldest, err := m.platform.consents.Oldest(ctx)
	for _, o := range orgs {
		if err == nil {
			gauge(m.asked, waited(oldest, o.ID), o.ID)
		}
		warning := 0.0
		if o.Warning != "" {
			warning = 1
		}
		gauge(m.warnings, warning, o.ID)
	}
}

// waited gives the seconds for which the oldest open request to an organization has waited.
func waited(oldest map[string]consent.Request, orgID string) float64 {
	r, open := oldest[orgID]
	if !open {
		return 0
	}
	return time.Since(r.Waiting()).Seconds()
}

// ends gives by organization, holder and purpose when the certificates in use end. Members and applications, which may be
// many, are one holder each: the one that ends first counts.
func (m *metrics) ends(ctx context.Context) map[[3]string]time.Time {
	inUse, _ := m.platform.certificatesInUse(ctx)
	now := time.Now()
	ends := map[[3]string]time.Time{}
	for _, c := range inUse {
		holder := c.Holder
		people := strings.HasPrefix(holder, org.MemberHolder("")) || strings.HasPrefix(holder, org.ApplicationHolder(""))
		if people && c.NotAfter.Before(now) {
			continue // somebody who left
		}
		switch {
		case strings.HasPrefix(holder, org.MemberHolder("")):
			holder = "members"
		case strings.HasPrefix(holder, org.ApplicationHolder("")):
			holder = "applications"
		}
		key := [3]string{c.Org, holder, string(c.Purpose)}
		if first, known := ends[key]; !known || c.NotAfter.Before(first) {
			ends[key] = c.NotAfter
		}
	}
	return ends
}
