package publications

import (
	"strings"

	"tracker/internal/audit"
)

// Anchors reads the heads of the trail that a file holds: those that a
// published file bears in its mark, else those of a text, such as a
// checkpoint. A checkpoint has to be signed with one of the keys.
func Anchors(name string, file []byte, origin string, keys []string) ([]audit.Anchor, error) {
	s := search{marks: true}
	s.look(file)
	s.unpack(file, []byte("PK\x03\x04"), member)
	s.unpack(file, []byte("stream"), stream)
	if len(s.found) == 0 {
		return audit.ReadAnchors(name, string(file), origin, keys)
	}
	return audit.ReadAnchors(name, strings.Join(s.found, "\n"), "", nil)
}
