package web

import (
	"bytes"

	"github.com/labstack/echo/v4"

	"tracker/internal/workbook/round"
)

// workbookGive answers GET /institutions/:code/workbook with the workbook of an
// institution to be filled in, for the period in the address or the present one.
func (s *Server) workbookGive(c echo.Context) error {
	b, err := s.Rounds.Build(c.Request().Context(), actorOf(c), readable(c.Param("code")), c.QueryParam("period"))
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := round.Write(&file, s.t, b); err != nil {
		return err
	}
	return attach(c, b.FileName(), typeWorkbook, file.Bytes())
}
