// Package peak measures the memory of benchmarks. Only tests import it.
package peak

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// Watch notes the heap every two milliseconds, what waits to be collected with
// it. What it gives reports the most above what there was before, as peak-MB.
func Watch(b *testing.B) (report func()) {
	b.Helper()
	var most atomic.Int64
	var m runtime.MemStats
	stop, over := make(chan bool), make(chan bool)
	runtime.GC()
	runtime.ReadMemStats(&m)
	before := int64(m.HeapAlloc) //nolint:gosec // no heap is that large
	go func() {
		defer close(over)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				runtime.ReadMemStats(&m)
				most.Store(max(most.Load(), int64(m.HeapAlloc)-before)) //nolint:gosec // as above
			}
		}
	}()
	return func() {
		close(stop)
		<-over
		b.ReportMetric(float64(most.Load())/(1<<20), "peak-MB")
	}
}
