// Package web answers the browser: routes, pages and static files. It is the
// only package that knows Echo and HTTP status codes.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"image/png"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

//go:embed static/*.css static/*.svg static/manual/*.png
var staticFiles embed.FS

// StaticPath is the route of the static files; the file's name follows it.
const StaticPath = "/static/"

// contentTypes lists the kinds of file that may be served as static; a file of
// another kind stops the program's start.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".png": "image/png",
	".svg": "image/svg+xml",
}

// Assets serves the embedded static files under addresses that hold a hash of
// their content, so that a browser may keep them for good and a changed file
// has a new address. All files are compressed once, when Assets is made. A folder
// is none of the address.
type Assets struct {
	urls     map[string]string
	files    map[string]asset
	pictures map[string]picture
}

// picture is a picture of the manual as a page shows it.
type picture struct {
	URL           string
	Width, Height int
}

// asset is one file, ready to be sent. One that is packed by itself has no gzip form.
type asset struct {
	contentType string
	etag        string
	plain, gzip []byte
}

// NewAssets reads and compresses the embedded files.
func NewAssets() (*Assets, error) {
	sub, err := fs.Sub(staticFiles, "static")
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	return newAssets(sub)
}

func newAssets(files fs.FS) (*Assets, error) {
	a := &Assets{urls: map[string]string{}, files: map[string]asset{}, pictures: map[string]picture{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if err := a.add(files, name); err != nil {
			return fmt.Errorf("static file %s: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	return a, nil
}

func (a *Assets) add(files fs.FS, name string) error {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	ext := path.Ext(name)
	contentType, ok := contentTypes[ext]
	if !ok {
		return fmt.Errorf("no content type for %q", ext)
	}
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:6])
	hashed := strings.TrimSuffix(path.Base(name), ext) + "." + hash + ext
	a.urls[name] = StaticPath + hashed
	a.files[hashed] = asset{contentType: contentType, etag: `"` + hash + `"`, plain: content}
	if ext == ".png" { // is packed already
		size, err := png.DecodeConfig(bytes.NewReader(content))
		a.pictures[path.Base(name)] = picture{a.urls[name], size.Width, size.Height}
		return err
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	f := a.files[hashed]
	f.gzip = packed.Bytes()
	a.files[hashed] = f
	return nil
}

// URL is the address of a static file by its plain name, such as "theme.css".
// An unknown name gives the empty text; the template function asset refuses it.
func (a *Assets) URL(name string) string { return a.urls[name] }

// Serve answers GET /static/*. An address without the right hash is not found.
func (a *Assets) Serve(c echo.Context) error {
	f, ok := a.files[strings.TrimPrefix(c.Request().URL.Path, StaticPath)]
	if !ok {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	body, tag := f.plain, f.etag
	if f.gzip != nil && acceptsGzip(c.Request().Header.Get("Accept-Encoding")) {
		body, tag = f.gzip, strings.TrimSuffix(f.etag, `"`)+`-gzip"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", tag)
	if matchesTag(c.Request().Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		return c.NoContent(http.StatusNotModified)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	return c.Blob(http.StatusOK, f.contentType, body)
}

// acceptsGzip reads an Accept-Encoding header; "gzip;q=0" is a refusal.
func acceptsGzip(header string) bool {
	for _, part := range strings.Split(header, ",") {
		name, quality, weighed := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		if !weighed {
			return true
		}
		q, ok := strings.CutPrefix(strings.ReplaceAll(quality, " ", ""), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return ok && err == nil && weight > 0
	}
	return false
}

// matchesTag reads an If-None-Match header.
func matchesTag(header, tag string) bool {
	for _, part := range strings.Split(header, ",") {
		if part = strings.TrimPrefix(strings.TrimSpace(part), "W/"); part == tag || part == "*" {
			return true
		}
	}
	return false
}
