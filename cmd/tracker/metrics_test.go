package main

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Guards the numbers against being reached where people come in, and their
// listener against outliving the server.
func TestServeGivesItsNumbersOnAnAddressOfTheirOwn(t *testing.T) {
	for given, warned := range map[string]bool{"127.0.0.1:0": false, "0.0.0.0:0": true} {
		address, out, stop := running(t, []string{"serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0"}, map[string]string{"TRACKER_METRICS_ADDR": given})
		var numbers string
		for end := time.Now().Add(time.Minute); numbers == "" && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			if m := regexp.MustCompile(`"msg":"metrics","address":"[^"]*:(\d+)"`).FindStringSubmatch(out.String()); m != nil {
				numbers = "http://127.0.0.1:" + m[1] + "/metrics"
			}
		}
		ask := func(url string) (int, string) {
			answer, err := http.Get(url)
			if err != nil {
				return 0, err.Error()
			}
			defer answer.Body.Close() //nolint:errcheck // only read
			text, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Error(err)
			}
			return answer.StatusCode, string(text)
		}
		if status, _ := ask(address + "/metrics"); status != http.StatusNotFound {
			t.Errorf("where people come in, /metrics answers %d", status)
		}
		if status, text := ask(numbers); status != http.StatusOK || !strings.Contains(text, `tracker_http_request_seconds_count{method="GET",route="none",status="4xx"} 1`) {
			t.Errorf("%s: %d %.500s", given, status, text)
		}
		if code := stop(); code != exitDone {
			t.Errorf("serve ended with %d: %s", code, out)
		}
		if status, _ := ask(numbers); status != 0 {
			t.Errorf("the numbers outlive the server: %d", status)
		}
		if strings.Contains(out.String(), openMetrics) != warned {
			t.Errorf("%s: warned %v: %s", given, !warned, out)
		}
	}
	in := run(t.Context(), []string{"serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0"}, io.Discard, io.Discard, func(k string) string {
		return map[string]string{"TRACKER_METRICS_ADDR": "nowhere"}[k]
	})
	if in == exitDone {
		t.Error("an address that is none is passed over")
	}
}
