//go:build race

package web

// watched says that the race detector watches the tests.
const watched = true
