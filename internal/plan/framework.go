package plan

import (
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/problem"
)

// FrameworkChange is a change of the framework that had Version when the form
// was opened. Its code stays: references begin with it.
type FrameworkChange struct {
	ID, Version      int64
	Title, ShortName string
	StartsOn, EndsOn calendar.Date
	Basis, Note      string
}

func checkFramework(c *problem.Check, f FrameworkChange) {
	checkText(c, "title", f.Title, 1, 300)
	checkText(c, "short_name", f.ShortName, 1, 60)
	checkText(c, "note", f.Note, 0, 2000)
	c.Require(slices.Contains(FrameworkBases, f.Basis), "basis", "plan.error.basis")
	c.Require(!f.StartsOn.IsZero(), "starts_on", "plan.error.framework_days")
	c.Require(f.EndsOn.After(f.StartsOn), "ends_on", "plan.error.framework_days")
}

func frameworkChanges(old, f FrameworkChange) []audit.Change {
	return []audit.Change{
		{Field: "title", Old: old.Title, New: f.Title, Free: true},
		{Field: "short_name", Old: old.ShortName, New: f.ShortName},
		{Field: "starts_on", Old: old.StartsOn.String(), New: f.StartsOn.String()},
		{Field: "ends_on", Old: old.EndsOn.String(), New: f.EndsOn.String()},
		{Field: "basis", Old: old.Basis, New: f.Basis},
		{Field: "note", Old: old.Note, New: f.Note, Free: true},
	}
}

// fields is what a form can change in a framework.
func (f Framework) fields() FrameworkChange {
	return FrameworkChange{ID: f.ID, Version: f.Version, Title: f.Title, ShortName: f.ShortName, StartsOn: f.StartsOn, EndsOn: f.EndsOn, Basis: f.Basis, Note: f.Note}
}

// Check holds a framework to the rules that need no other: what is wrong stands
// by field.
func (f Framework) Check() error {
	var c problem.Check
	c.Require(len(f.Code) <= 16 && refPattern.MatchString(f.Code), "code", "plan.error.ref")
	checkFramework(&c, f.fields())
	return c.Err()
}

// AddFramework adds a framework. Its code is used once.
func AddFramework(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, f Framework) (Framework, error) {
	if err := mayChange(actor); err != nil {
		return f, err
	}
	if err := f.Check(); err != nil {
		return f, err
	}
	f.ID, f.Version = 0, 1
	if err := tx.Create(&f).Error; err != nil {
		return f, db.Taken(err, "code", "plan.error.framework_there")
	}
	return f, note(tx, clock, actor, "framework.add", "framework "+f.Code, frameworkChanges(FrameworkChange{}, f.fields())...)
}

// ChangeFramework changes a framework's names, period, basis or note.
func ChangeFramework(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in FrameworkChange) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	var f Framework
	if err := tx.Where("id = ?", in.ID).Limit(1).Find(&f).Error; err != nil {
		return err
	}
	if f.ID == 0 {
		return problem.Missing()
	}
	var c problem.Check
	checkFramework(&c, in)
	if err := c.Err(); err != nil {
		return err
	}
	err := db.Changed(tx.Table("frameworks").Where("id = ? AND version = ?", in.ID, in.Version).Updates(map[string]any{"title": in.Title, "short_name": in.ShortName,
		"starts_on": in.StartsOn, "ends_on": in.EndsOn, "basis": in.Basis, "note": in.Note, "version": gorm.Expr("version + 1")}))
	if err != nil {
		return err
	}
	return note(tx, clock, actor, "framework.change", "framework "+f.Code, frameworkChanges(f.fields(), in)...)
}

// NodeNew is a node to add; ParentID 0 makes it a root of its framework.
type NodeNew struct {
	FrameworkID, ParentID       int64
	Level, Number, Title, Theme string
}

// NodeChange is a change of the node that had Version when the form was
// opened. Number and place stay: references point at them.
type NodeChange struct {
	ID, Version         int64
	Level, Title, Theme string
}

func checkNode(c *problem.Check, level, title, theme string) {
	checkText(c, "level", level, 1, 60)
	checkText(c, "title", title, 1, 300)
	c.Require(theme == "" || slices.Contains(Themes, theme), "theme", "plan.error.theme")
}

// AddNode adds a node to a framework's tree. Its number is the framework's
// own and is used once in it.
func AddNode(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in NodeNew) (Node, error) {
	if err := mayChange(actor); err != nil {
		return Node{}, err
	}
	var f Framework
	if err := tx.Where("id = ?", in.FrameworkID).Limit(1).Find(&f).Error; err != nil {
		return Node{}, err
	}
	if f.ID == 0 {
		return Node{}, problem.Missing()
	}
	n := Node{FrameworkID: f.ID, Level: in.Level, Number: in.Number, Title: in.Title, Theme: in.Theme, SortKey: SortKey(in.Number), Version: 1}
	var c problem.Check
	checkText(&c, "number", in.Number, 1, 20)
	checkNode(&c, in.Level, in.Title, in.Theme)
	if in.ParentID != 0 {
		var parent Node
		if err := tx.Where("id = ? AND framework_id = ?", in.ParentID, f.ID).Limit(1).Find(&parent).Error; err != nil {
			return n, err
		}
		c.Require(parent.ID != 0, "parent", "plan.error.node")
		n.ParentID, n.SortKey = &in.ParentID, parent.SortKey+"/"+n.SortKey
	}
	if err := c.Err(); err != nil {
		return n, err
	}
	if err := tx.Create(&n).Error; err != nil {
		return n, db.Taken(err, "number", "plan.error.node_there")
	}
	return n, note(tx, clock, actor, "node.add", "node "+f.Code+" "+n.Number, audit.Change{Field: "level", New: n.Level},
		audit.Change{Field: "title", New: n.Title, Free: true}, audit.Change{Field: "theme", New: n.Theme})
}

// ChangeNode changes a node's title, theme or name of level.
func ChangeNode(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in NodeChange) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	n, object, err := nodeToChange(tx, in.ID)
	if err != nil {
		return err
	}
	var c problem.Check
	checkNode(&c, in.Level, in.Title, in.Theme)
	if err := c.Err(); err != nil {
		return err
	}
	err = db.Changed(tx.Table("nodes").Where("id = ? AND version = ?", in.ID, in.Version).Updates(map[string]any{"level": in.Level,
		"title": in.Title, "theme": in.Theme, "version": gorm.Expr("version + 1")}))
	if err != nil {
		return err
	}
	return note(tx, clock, actor, "node.change", object, audit.Change{Field: "level", Old: n.Level, New: in.Level},
		audit.Change{Field: "title", Old: n.Title, New: in.Title, Free: true}, audit.Change{Field: "theme", Old: n.Theme, New: in.Theme})
}

// NodeRemoval names a node that had Version when the form was opened.
type NodeRemoval struct {
	Framework   string // its code
	ID, Version int64
}

// RemoveNode takes a node entered by mistake out of the tree. One that has a
// node below it, or that a commitment hangs on or ever hung on, stays.
func RemoveNode(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in NodeRemoval) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	n, object, err := nodeToChange(tx, in.ID)
	if err == nil && object != "node "+in.Framework+" "+n.Number {
		err = problem.Missing()
	}
	if err != nil {
		return err
	}
	var hangs int64
	err = tx.Raw(`SELECT (SELECT count(*) FROM nodes WHERE parent_id = ?) + (SELECT count(*) FROM commitment_revisions WHERE node_id = ?)
		+ (SELECT count(*) FROM commitments WHERE node_id = ?)`, n.ID, n.ID, n.ID).Scan(&hangs).Error
	if err != nil {
		return err
	}
	if hangs > 0 {
		return problem.New(problem.Invalid, "plan.error.node_used")
	}
	if err := db.Changed(tx.Exec("DELETE FROM nodes WHERE id = ? AND version = ?", n.ID, in.Version)); err != nil {
		return err
	}
	return note(tx, clock, actor, "node.remove", object, audit.Change{Field: "level", Old: n.Level},
		audit.Change{Field: "title", Old: n.Title, Free: true}, audit.Change{Field: "theme", Old: n.Theme})
}

// nodeToChange reads a node and its name in the audit trail.
func nodeToChange(tx *gorm.DB, id int64) (n Node, object string, err error) {
	if err := tx.Where("id = ?", id).Limit(1).Find(&n).Error; err != nil {
		return n, "", err
	}
	if n.ID == 0 {
		return n, "", problem.Missing()
	}
	var code string
	err = tx.Raw("SELECT code FROM frameworks WHERE id = ?", n.FrameworkID).Scan(&code).Error
	return n, "node " + code + " " + n.Number, err
}
