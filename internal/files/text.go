package files

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// checkText takes what people can read: UTF-8 without a NUL, and no page that
// a browser would show.
func checkText(in io.ReaderAt, size int64) error {
	head := make([]byte, min(size, 512))
	if _, err := in.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	head = bytes.TrimPrefix(head, []byte("\uFEFF"))
	if kind := http.DetectContentType(head); strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "text/xml") {
		return refused("files.error.content")
	}
	text := bufio.NewReaderSize(io.NewSectionReader(in, 0, size), 1<<16)
	for {
		r, n, err := text.ReadRune()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case r == utf8.RuneError && n == 1, r == 0:
			return refused("files.error.text")
		}
	}
}
