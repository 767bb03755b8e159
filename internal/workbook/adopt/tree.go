package adopt

import (
	"regexp"
	"strconv"
	"strings"

	"tracker/internal/plan"
	"tracker/internal/workbook"
	"tracker/internal/workbook/matrix"
)

// node is a place of the tree: one that is there (its id), or one to be made
// (below 0).
type node struct {
	plan.Node
	above   *node
	sheet   string
	cell    string
	changed bool // its title is another than what is there
	used    bool // the sheet names it
}

// tree finds and makes the nodes that the sheet names.
type tree struct {
	byNumber map[string]*node
	byTitle  map[string]*node // by the number above and the folded title
	list     []*node          // in the order of the sheet
	taken    map[string]bool  // numbers that something has, of activities too
	next     map[string]int   // below which number the next free one was last looked for, and from where
}

// mostTitle is the bound of a node's title (plan).
const mostTitle = 300

// nodes puts what stands above the rows into the framework's tree.
func (t *taking) nodes() error {
	t.tree = &tree{byNumber: map[string]*node{}, byTitle: map[string]*node{}, taken: map[string]bool{}, next: map[string]int{}}
	all, err := plan.Nodes(t.tx, t.in.Country)
	if err != nil {
		return err
	}
	byID := map[int64]*node{}
	for _, n := range all {
		if n.FrameworkID == t.target.framework.ID {
			byID[n.ID] = &node{Node: n}
		}
	}
	for _, one := range all { // in their order: of two with one title it is always the same that is found
		n := byID[one.ID]
		if n == nil {
			continue
		}
		if n.ParentID != nil {
			n.above = byID[*n.ParentID]
		}
		t.tree.add(n)
	}
	for _, table := range t.read.Tables {
		for _, row := range table.Rows {
			for _, s := range row.Path { // numbers that are given are kept free for who has them
				t.tree.taken[clean(s.Number)] = true
			}
		}
	}
	for _, table := range t.read.Tables {
		for _, row := range table.Rows {
			t.place(row.Path, table.Sheet)
		}
	}
	return nil
}

func (t *tree) add(n *node) {
	t.byNumber[n.Number] = n
	t.byTitle[n.above.number()+"|"+plan.Fold(n.Title)] = n
	t.taken[n.Number] = true
}

// number is that of a node, empty for none.
func (n *node) number() string {
	if n == nil {
		return ""
	}
	return n.Number
}

// place finds or makes the nodes of a path, and gives the last one.
func (t *taking) place(path []matrix.Step, sheet string) (at *node) {
	for _, s := range path {
		at = t.step(at, s, sheet)
	}
	return at
}

// step finds a node by its number, else by its title below the one above, or
// makes it.
func (t *taking) step(above *node, s matrix.Step, sheet string) *node {
	title, number := cut(cmpOr(s.Title, s.Number), mostTitle), clean(s.Number)
	if number != "" {
		number = below(above, number)
	}
	n := t.tree.byNumber[number]
	if number == "" {
		n = t.tree.byTitle[above.number()+"|"+plan.Fold(title)]
	}
	if n == nil {
		if number == "" {
			number = t.tree.free(above)
		}
		n = &node{Node: plan.Node{ID: t.fake(), FrameworkID: t.target.framework.ID, Level: strings.ReplaceAll(string(s.Level), "_", " "), Number: number, Title: title}, above: above}
		t.coming.Nodes[n.ID] = number
		t.tree.add(n)
		if len(number) > 20 {
			t.problem(sheet, s.Cell, s.Number, "adopt.problem.number")
		}
	}
	if !n.used {
		n.used, n.sheet, n.cell = true, sheet, s.Cell
		n.changed = n.ID > 0 && s.Title != "" && plan.Fold(n.Title) != plan.Fold(title)
		if s.Title != "" && title != s.Title {
			t.notice(sheet, s.Cell, s.Title, "adopt.notice.title", "max", mostTitle)
		}
		t.tree.list = append(t.tree.list, n)
		t.tell(n, title)
	}
	return n
}

// tell tells what becomes of a node.
func (t *taking) tell(n *node, title string) {
	row := workbook.Row{Sheet: n.sheet, Number: rowOf(n.cell), Kind: "node", Ref: t.target.framework.Code + " " + n.Number, Title: title, Fate: workbook.Same}
	switch {
	case n.ID < 0:
		row.Fate = workbook.New
	case n.changed:
		row.Fate = workbook.Changed
		row.Changes = []workbook.Change{{Field: "title", Old: n.Title, New: title}}
		t.another(n.sheet, n.cell, title, row.Ref, n.Title, title)
		n.Title = title
	}
	t.out.Rows = append(t.out.Rows, row)
}

// below is a number as it stands in the tree: one of several parts, or one that
// nothing stands above, is whole; any other goes on from the one above.
func below(above *node, number string) string {
	if above.number() == "" || strings.ContainsAny(number, ".-") || strings.HasPrefix(number, above.Number+" ") {
		return number
	}
	return above.Number + "." + number
}

// free is the next number below a node that nothing has. One that was taken
// stays so.
func (t *tree) free(above *node) string {
	for i := t.next[above.number()] + 1; ; i++ {
		number := strconv.Itoa(i)
		if above.number() != "" {
			number = above.Number + "." + number
		}
		if !t.taken[number] {
			t.taken[number], t.next[above.number()] = true, i
			return number
		}
	}
}

var noNumber = regexp.MustCompile(`[^A-Z0-9]+`)

// clean writes a number in capital letters and digits with dots between, as
// references have it.
func clean(number string) string {
	return strings.Trim(noNumber.ReplaceAllString(strings.ToUpper(strings.TrimSpace(number)), "."), ".")
}
