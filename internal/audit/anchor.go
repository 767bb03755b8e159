package audit

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"gorm.io/gorm"

	"tracker/internal/db"
)

// Anchor is a head of the trail that was kept outside the database.
type Anchor struct {
	Seq  int64
	Hash string
	Name string // of what holds it, for people
}

// Keys are the public keys that signed checkpoints of this trail, older ones
// too, and the origin of the trail; empty where nothing was signed yet.
func Keys(ctx context.Context, d *db.DB) (origin string, list []string, err error) {
	var rows []struct{ Origin, PublicKey string }
	if err := d.Read(ctx, func(tx *gorm.DB) error {
		return tx.Raw("SELECT DISTINCT origin, public_key FROM audit_checkpoints ORDER BY 1, 2").Scan(&rows).Error
	}); err != nil {
		return "", nil, fmt.Errorf("audit: keys: %w", err)
	}
	for _, r := range rows {
		origin, list = r.Origin, append(list, r.PublicKey)
	}
	return origin, list, nil
}

// writtenHead finds a head as people are told it: by a backup, by the trail's
// page, on a published report, in its file's mark.
var writtenHead = regexp.MustCompile(`(?is)(?:entry|trail:|"audit_entry":)\s*([0-9]{1,18})\b[^0-9]{1,40}?([0-9a-f]{64})\b`)

// ReadAnchors finds the anchors of a text: checkpoints, and heads as a backup
// or a page tells them. A checkpoint has to be signed with one of the keys,
// whose origin is its own: what is not is no anchor. The text may be a mail,
// saved as it came.
func ReadAnchors(name, text string, origin string, keys []string) ([]Anchor, error) {
	var list []Anchor
	text = mailText(text)
	rest := text
	for {
		at := strings.Index(rest, originBegins)
		if at < 0 {
			break
		}
		signed, after, ok := cutNote(rest[at:])
		if !ok {
			return nil, fmt.Errorf("%s: it begins a checkpoint that cannot be read to its end", name)
		}
		c, err := openNote(signed, origin, keys)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, Anchor{c.Seq, c.Hash, fmt.Sprintf("%s, checkpoint of entry %d", name, c.Seq)})
		rest = after
	}
	if len(list) > 0 {
		return list, nil
	}
	for _, m := range writtenHead.FindAllStringSubmatch(strings.ReplaceAll(text, "\u00a0", " "), -1) {
		seq, err := strconv.ParseInt(m[1], 10, 64)
		if a := (Anchor{seq, strings.ToLower(m[2]), fmt.Sprintf("%s, entry %s", name, m[1])}); err == nil && seq > 0 && !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	return list, nil
}

// cutNote parts a signed note from what follows it: mail may have put signs
// before or after its lines.
func cutNote(text string) (signed, after string, ok bool) {
	lines := strings.SplitAfter(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "— ") {
			signed = strings.TrimSuffix(strings.Join(lines[:i+1], ""), "\n") + "\n"
			return signed, strings.Join(lines[i+1:], ""), true
		}
		if i > 8 {
			break
		}
	}
	return "", "", false
}

// openNote reads a checkpoint that one of the keys signed.
func openNote(text, origin string, keys []string) (Checkpoint, error) {
	unknown := errors.New("its checkpoint is not signed with a key of this trail: it is another tracker's, or this trail and its checkpoints were made anew")
	for _, key := range keys {
		vkey, err := VerifierKey(origin, key)
		if err != nil {
			continue
		}
		v, err := note.NewVerifier(vkey)
		if err != nil {
			continue
		}
		n, err := note.Open([]byte(text), note.VerifierList(v))
		if err != nil {
			continue
		}
		if c, ok := parse(n.Text); ok && c.Origin == origin {
			return c, nil
		}
	}
	return Checkpoint{}, unknown
}
