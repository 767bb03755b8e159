package web

import (
	"bytes"

	"github.com/labstack/echo/v4"

	"tracker/internal/i18n"
	"tracker/internal/workbook/round"
)

// workbookGive answers GET /institutions/:code/workbook with the workbook of an
// institution to be filled in, for the period in the address or the present one,
// in the language in the address or English.
func (s *Server) workbookGive(c echo.Context) error {
	b, err := s.Rounds.Build(c.Request().Context(), actorOf(c), readable(c.Param("code")), c.QueryParam("period"))
	if err != nil {
		return err
	}
	t, err := s.textsIn(c.QueryParam("lang"))
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := round.Write(&file, t, b); err != nil {
		return err
	}
	return s.attach(c, b.FileName(t.Lang()), typeWorkbook, file.Bytes())
}

// textsIn are the texts of a workbook that is given out in a language. One in
// which none is given out is English.
func (s *Server) textsIn(lang string) (*i18n.T, error) {
	messages, err := i18n.In(lang)
	if err != nil {
		return nil, err
	}
	return i18n.New(messages, s.Clock.Zone()), nil
}
