package web

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/plan"
	"tracker/internal/reports"
)

// frameworkPath is the address of a framework's form, or of a page below it.
func frameworkPath(code string, below ...string) string {
	return "/framework/" + url.PathEscape(code) + strings.Join(append([]string{""}, below...), "/")
}

// frameworkShowPage is the frameworks under their own names and numbering,
// with the commitments that hang on each node.
type frameworkShowPage struct {
	Page
	Frameworks []frameworkTree
	Off        []commitmentRow // commitments on no node
	OffCount   int
	Many       int // all commitments, where they are too many to be listed under their nodes; else 0
	CanChange  bool
}

// frameworkRows is how many commitments the page lists under their nodes. Of
// more it shows the numbers only, each of which leads to its list.
const frameworkRows = 300

// frameworkTree is a framework with its nodes in the order of the tree.
type frameworkTree struct {
	plan.Framework
	Path  string
	Nodes []frameworkNode
}

// frameworkNode is a node with its own commitments. Depth is 0 for the first level.
type frameworkNode struct {
	plan.Node
	Key     string // by which lists filter
	Anchor  string
	Path    string // of the node, for its forms
	AddPath string // of the form for a node below it
	Depth   int
	Count   int // commitments on it or below it
	Rows    []commitmentRow
	Change  bool // the reader may change the plan
}

// frameworkShow shows every framework, the newest first.
func (s *Server) frameworkShow(c echo.Context) error {
	ledger, err := s.Reports.Ledger(c.Request().Context(), s.ledgerQuery(c))
	if err != nil {
		return err
	}
	trees, err := s.Plan.Frameworks(c.Request().Context(), actorOf(c), ledger.Country)
	if err != nil {
		return err
	}
	p := frameworkShowPage{Page: s.page(c, s.t.Msg("framework.title")), CanChange: actorOf(c).CanChangePlan()}
	on, count := nodeRows(ledger)
	if len(ledger.Lines) > frameworkRows {
		p.Many = len(ledger.Lines)
	}
	for _, tree := range trees {
		f := frameworkTree{Framework: tree.Framework, Path: frameworkPath(tree.Code)}
		depth := map[int64]int{}
		for _, n := range tree.Nodes {
			node := frameworkNode{Node: n, Key: ledger.Nodes[n.ID].Key, Anchor: nodeAnchor(n.ID), Path: frameworkPath(tree.Code, "nodes", itoa(n.ID)), AddPath: frameworkPath(tree.Code, "nodes", "new"),
				Count: count[n.ID], Rows: on[n.ID], Change: p.CanChange}
			if n.ParentID != nil {
				node.Depth = depth[*n.ParentID] + 1
			}
			depth[n.ID] = node.Depth
			f.Nodes = append(f.Nodes, node)
		}
		p.Frameworks = append(p.Frameworks, f)
	}
	p.Off, p.OffCount = on[0], count[0]
	return s.show(c, "framework/framework_show", p)
}

// nodeRows puts the commitments on their nodes, unless they are too many, and
// counts those on each node or below it; 0 stands for no node.
func nodeRows(ledger *reports.Ledger) (on map[int64][]commitmentRow, count map[int64]int) {
	on, count = map[int64][]commitmentRow{}, map[int64]int{}
	for _, line := range ledger.Lines {
		if len(ledger.Lines) <= frameworkRows {
			lead := ledger.Institutions[line.LeadID]
			on[line.NodeID] = append(on[line.NodeID], commitmentRow{Line: *line, Lead: lead.Short, LeadCode: lead.Code,
				Flags: shownFlags(*line, ledger.D, ledger.LastDue)})
		}
		count[line.NodeID]++
		for id := ledger.Nodes[line.NodeID].ParentID; id != 0; id = ledger.Nodes[id].ParentID {
			count[id]++
		}
	}
	return on, count
}
