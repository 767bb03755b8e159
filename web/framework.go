package web

import (
	"github.com/labstack/echo/v4"

	"tracker/internal/plan"
	"tracker/internal/reports"
)

// frameworkShowPage is the framework under its own names and numbering, with
// the commitments that hang on each node.
type frameworkShowPage struct {
	Page
	Titles []plan.Tree
	Nodes  []frameworkNode
	Off    []commitmentRow // commitments on no node
}

// frameworkNode is a node with its own commitments. Depth is 0 for the first level.
type frameworkNode struct {
	reports.Node
	Depth int
	Count int // commitments on it or below it
	Rows  []commitmentRow
}

// frameworkShow shows the whole framework.
func (s *Server) frameworkShow(c echo.Context) error {
	ledger, err := s.Reports.Ledger(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return err
	}
	p := frameworkShowPage{Page: s.page(c, s.t.Msg("framework.title"))}
	if p.Titles, err = s.Plan.Frameworks(c.Request().Context(), actorOf(c), ledger.Country); err != nil {
		return err
	}
	on := map[int64][]commitmentRow{}
	count := map[int64]int{}
	for _, line := range ledger.Lines {
		lead := ledger.Institutions[line.LeadID]
		on[line.NodeID] = append(on[line.NodeID], commitmentRow{Line: line, Lead: lead.Short, LeadCode: lead.Code,
			Flags: shownFlags(line, ledger.D, ledger.LastDue)})
		for id := line.NodeID; id != 0; id = ledger.Nodes[id].ParentID {
			count[id]++
		}
	}
	for _, id := range ledger.NodeOrder {
		n, depth := ledger.Nodes[id], 0
		for up := n.ParentID; up != 0; up = ledger.Nodes[up].ParentID {
			depth++
		}
		p.Nodes = append(p.Nodes, frameworkNode{Node: n, Depth: depth, Count: count[id], Rows: on[id]})
	}
	p.Off = on[0]
	return s.show(c, "framework/framework_show", p)
}
