package web

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts what the server does, for a Prometheus. A label is a word out
// of a list that the program knows: no address, no person, nothing typed.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	flight   prometheus.Gauge
	limited  *prometheus.CounterVec
}

func newMetrics(o Options) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tracker_http_request_seconds", Help: "Requests answered, by route, method and class of status, and the time they took.",
			Buckets: []float64{.01, .05, .1, .2, .5, 1, 5, 30}}, []string{"route", "method", "status"}),
		flight:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "tracker_http_requests_in_flight", Help: "Requests under way."}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tracker_refused_total", Help: "Requests that a limit refused: because one visitor asked for too much (own), or because all places were taken (full)."}, []string{"limit", "reason"}),
	}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), m.requests, m.flight, m.limited, &watched{o})
	for _, b := range bounds {
		if b.name != "" {
			m.limited.WithLabelValues(b.name, "own")
			m.limited.WithLabelValues(b.name, "full")
		}
	}
	return m
}

// handler answers /metrics, and nothing else.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, ErrorHandling: promhttp.ContinueOnError}))
	return mux
}

// measure counts a request once it is answered.
func (m *metrics) measure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		m.flight.Inc()
		defer m.flight.Dec()
		if err := next(c); err != nil {
			c.Error(err)
		}
		m.requests.WithLabelValues(routeLabel(c), methodLabel(c.Request().Method), statusLabel(c.Response().Status)).Observe(time.Since(start).Seconds())
		return nil
	}
}

// refused counts what a limit refused.
func (m *metrics) refused(r refusal) {
	reason := "full"
	if r.own {
		reason = "own"
	}
	m.limited.WithLabelValues(r.of.name, reason).Inc()
}

// routeLabel is the route as it stands in the table; what no route answers has
// one label together.
func routeLabel(c echo.Context) string {
	if path := c.Path(); path != "" && c.Response().Status != http.StatusMethodNotAllowed {
		return path
	}
	return "none"
}

func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
		return method
	}
	return "other"
}

func statusLabel(status int) string {
	if status < 100 || status > 599 {
		return "other"
	}
	return string('0'+rune(status/100)) + "xx"
}

// watched is what is looked up when somebody asks: in the database, and of
// the way to it.
type watched struct{ o Options }

// scrapeWait is how long the database may take to be asked for numbers.
const scrapeWait = 2 * time.Second

var (
	upDesc    = prometheus.NewDesc("tracker_database_up", "1 when the database answered this scrape.", nil, nil)
	poolDesc  = prometheus.NewDesc("tracker_database_connections", "Connections to the database, by pool and state.", []string{"pool", "state"}, nil)
	waitDesc  = prometheus.NewDesc("tracker_database_waits_total", "How often a connection had to be waited for.", []string{"pool"}, nil)
	spentDesc = prometheus.NewDesc("tracker_database_wait_seconds_total", "How long connections were waited for, together.", []string{"pool"}, nil)
	jobsDesc  = prometheus.NewDesc("tracker_jobs", "Jobs of the last day by state.", []string{"state"}, nil)
	mailDesc  = prometheus.NewDesc("tracker_outbox", "Messages not sent yet: waiting, refused at least once among them (failing), and given up.", []string{"state"}, nil)
	headDesc  = prometheus.NewDesc("tracker_audit_head_seq", "Number of the newest entry of the audit trail.", nil, nil)
)

// Describe names what is collected.
func (w *watched) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{upDesc, poolDesc, waitDesc, spentDesc, jobsDesc, mailDesc, headDesc} {
		to <- d
	}
}

// Collect looks it up. Where the database does not answer, what lies in it is
// left out.
func (w *watched) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, n float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, n, labels...)
	}
	for pool, s := range w.o.DB.PoolStats() {
		gauge(poolDesc, float64(s.InUse), pool, "in_use")
		gauge(poolDesc, float64(s.Idle), pool, "idle")
		gauge(poolDesc, float64(s.MaxOpenConnections), pool, "most")
		to <- prometheus.MustNewConstMetric(waitDesc, prometheus.CounterValue, float64(s.WaitCount), pool)
		to <- prometheus.MustNewConstMetric(spentDesc, prometheus.CounterValue, s.WaitDuration.Seconds(), pool)
	}
	ctx, stop := context.WithTimeout(context.Background(), scrapeWait)
	defer stop()
	seen, err := w.o.Reports.Watch(ctx)
	if err != nil {
		gauge(upDesc, 0)
		return
	}
	gauge(upDesc, 1)
	for state, n := range seen.Jobs {
		gauge(jobsDesc, float64(n), string(state))
	}
	gauge(mailDesc, float64(seen.Outbox.Waiting), "waiting")
	gauge(mailDesc, float64(seen.Outbox.Failing), "failing")
	gauge(mailDesc, float64(seen.Outbox.GivenUp), "given_up")
	gauge(headDesc, float64(seen.Head))
}
