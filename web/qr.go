package web

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// qrShape is a QR code as a page draws it: the dark squares as one path, in a
// square of so many fields.
type qrShape struct {
	Size int
	Path string
}

// quietZone is the empty margin that a reader needs around a QR code.
const quietZone = 4

// qrPicture draws a text as a QR code. It stands in the page itself: no
// address of its own, and no other program, ever holds it.
func qrPicture(text string) (qrShape, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return qrShape{}, err
	}
	n := code.Bounds().Dx()
	dark := func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	}
	var path strings.Builder
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for x < n && dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1H%dz", from+quietZone, y+quietZone, x-from, from+quietZone)
			}
		}
	}
	return qrShape{Size: n + 2*quietZone, Path: path.String()}, nil
}
