package files

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
)

// pixels refuses a picture that would take too much memory to be shown.
func pixels(width, height int) error {
	if width < 1 || height < 1 {
		return refused("files.error.content")
	}
	if int64(width)*int64(height) > MostPixels {
		return refused("files.error.pixels", "max", MostPixels/1_000_000)
	}
	return nil
}

func bounds(in io.ReaderAt, size int64, decode func(io.Reader) (image.Config, error)) error {
	c, err := decode(io.NewSectionReader(in, 0, size))
	if err != nil {
		return refused("files.error.content")
	}
	return pixels(c.Width, c.Height)
}

const pngHead = "\x89PNG\r\n\x1a\n"

// checkPNG takes a PNG that ends with its last chunk.
func checkPNG(in io.ReaderAt, size int64) error {
	if err := bounds(in, size, png.DecodeConfig); err != nil {
		return err
	}
	head := make([]byte, 8)
	for at := int64(len(pngHead)); ; {
		if _, err := in.ReadAt(head, at); err != nil {
			return refused("files.error.content")
		}
		at += 12 + int64(binary.BigEndian.Uint32(head))
		if string(head[4:]) == "IEND" {
			if at != size {
				return refused("files.error.content")
			}
			return nil
		}
	}
}

// pngKept are the chunks of a PNG that draw it; all others may tell of it.
var pngKept = []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"}

func cleanPNG(content []byte) ([]byte, error) {
	if !bytes.HasPrefix(content, []byte(pngHead)) {
		return nil, refused("files.error.not_cleaned")
	}
	out := append(make([]byte, 0, len(content)), pngHead...)
	for rest := content[len(pngHead):]; len(rest) > 0; {
		if len(rest) < 12 || uint64(binary.BigEndian.Uint32(rest))+12 > uint64(len(rest)) {
			return nil, refused("files.error.not_cleaned")
		}
		end := 12 + int(binary.BigEndian.Uint32(rest))
		if slices.Contains(pngKept, string(rest[4:8])) {
			out = append(out, rest[:end]...)
		}
		if rest = rest[end:]; string(out[len(out)-8:len(out)-4]) == "IEND" {
			break
		}
	}
	return out, nil
}

func checkJPEG(in io.ReaderAt, size int64) error { return bounds(in, size, jpeg.DecodeConfig) }

// cleanJPEG drops all segments of a JPEG that do not draw it, and what stands
// behind its end. Which side is up stays: telephones write only there how
// they were held.
func cleanJPEG(content []byte) ([]byte, error) {
	if len(content) < 4 || content[0] != 0xFF || content[1] != 0xD8 {
		return nil, refused("files.error.not_cleaned")
	}
	out := append(make([]byte, 0, len(content)), 0xFF, 0xD8)
	at, up := 2, upright
	for at+4 <= len(content) {
		if content[at] != 0xFF {
			break
		}
		kind := content[at+1]
		switch {
		case kind == 0xFF: // a byte that fills
			at++
			continue
		case kind == 0xD9:
			return append(out, 0xFF, 0xD9), nil
		}
		end := at + 2 + int(binary.BigEndian.Uint16(content[at+2:]))
		if end > len(content) || end < at+4 {
			break
		}
		segment := content[at:end]
		at = end
		switch {
		case kind == 0xE0 || kind == 0xEE: // what JFIF and Adobe say of colours
			out = append(out, segment...)
		case kind == 0xE1:
			if up = orientation(segment[4:]); up != upright {
				out = append(out, orientedBy(up)...)
			}
		case kind > 0xE0 && kind <= 0xEF, kind == 0xFE:
		case kind == 0xDA:
			end := at + scan(content[at:])
			out = append(append(out, segment...), content[at:end]...)
			at = end
		default:
			out = append(out, segment...)
		}
	}
	if at+2 == len(content) && content[at] == 0xFF && content[at+1] == 0xD9 {
		return append(out, 0xFF, 0xD9), nil
	}
	return nil, refused("files.error.not_cleaned")
}

// scan is the length of the drawn data up to the next marker.
func scan(b []byte) int {
	for i := 0; i+1 < len(b); i++ {
		if b[i] == 0xFF && b[i+1] != 0 && b[i+1] != 0xFF && (b[i+1] < 0xD0 || b[i+1] > 0xD7) {
			return i
		}
	}
	return len(b)
}

// upright is the orientation that needs no word.
const upright = 1

// orientation reads which side of a picture is up out of its EXIF segment.
func orientation(b []byte) int {
	tiff, ok := bytes.CutPrefix(b, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	first := uint64(order.Uint32(tiff[4:]))
	if first+2 > uint64(len(tiff)) {
		return upright
	}
	entries := tiff[first+2:]
	for i := 0; i < int(order.Uint16(tiff[first:])) && (i+1)*12 <= len(entries); i++ {
		if e := entries[i*12:]; order.Uint16(e) == 0x0112 {
			if up := int(order.Uint16(e[8:])); up > upright && up <= 8 {
				return up
			}
		}
	}
	return upright
}

// orientedBy is an EXIF segment that says which side is up and nothing else.
func orientedBy(up int) []byte {
	return []byte{0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(up), 0, 0, 0, 0, 0, 0}
}

// checkWebP takes a WebP that is as long as it says.
func checkWebP(in io.ReaderAt, size int64) error {
	head := make([]byte, 30)
	if _, err := in.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	if string(head[:4]) != "RIFF" || string(head[8:12]) != "WEBP" || size != int64(binary.LittleEndian.Uint32(head[4:]))+8 {
		return refused("files.error.content")
	}
	wide := func(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
	switch string(head[12:16]) {
	case "VP8X":
		return pixels(wide(head[24:])+1, wide(head[27:])+1)
	case "VP8L":
		if head[20] != 0x2F {
			return refused("files.error.content")
		}
		b := binary.LittleEndian.Uint32(head[21:])
		return pixels(int(b&0x3FFF)+1, int(b>>14&0x3FFF)+1)
	case "VP8 ":
		if head[23] != 0x9D || head[24] != 0x01 || head[25] != 0x2A {
			return refused("files.error.content")
		}
		return pixels(int(binary.LittleEndian.Uint16(head[26:])&0x3FFF), int(binary.LittleEndian.Uint16(head[28:])&0x3FFF))
	}
	return refused("files.error.content")
}

// webpKept are the chunks of a WebP that draw it.
var webpKept = []string{"VP8 ", "VP8L", "VP8X", "ANIM", "ANMF", "ALPH"}

// webpTells are the flags of a VP8X chunk for what is dropped: colours, EXIF, XMP.
const webpTells = 0x20 | 0x08 | 0x04

func cleanWebP(content []byte) ([]byte, error) {
	if len(content) < 12 || string(content[:4]) != "RIFF" || string(content[8:12]) != "WEBP" {
		return nil, refused("files.error.not_cleaned")
	}
	out := append(make([]byte, 0, len(content)), content[:12]...)
	for rest := content[12:]; len(rest) > 0; {
		if len(rest) < 8 {
			return nil, refused("files.error.not_cleaned")
		}
		n := uint64(binary.LittleEndian.Uint32(rest[4:]))
		if n += 8 + n&1; n > uint64(len(rest)) {
			return nil, refused("files.error.not_cleaned")
		}
		if name := string(rest[:4]); slices.Contains(webpKept, name) {
			out = append(out, rest[:n]...)
			if name == "VP8X" && n > 8 {
				out[len(out)-int(n)+8] &^= webpTells
			}
		}
		rest = rest[n:]
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, nil
}
