package plan

import (
	"errors"
	"slices"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// AddFramework adds a framework. Its code is used once.
func AddFramework(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, f Framework) (Framework, error) {
	if err := mayChange(actor); err != nil {
		return f, err
	}
	var c problem.Check
	c.Require(len(f.Code) <= 16 && refPattern.MatchString(f.Code), "code", "plan.error.ref")
	checkText(&c, "title", f.Title, 1, 300)
	checkText(&c, "short_name", f.ShortName, 1, 60)
	checkText(&c, "note", f.Note, 0, 2000)
	c.Require(f.Basis == "official" || f.Basis == "illustrative", "basis", "plan.error.basis")
	c.Require(!f.StartsOn.IsZero(), "starts_on", "plan.error.framework_days")
	c.Require(f.EndsOn.After(f.StartsOn), "ends_on", "plan.error.framework_days")
	if err := c.Err(); err != nil {
		return f, err
	}
	f.ID, f.Version = 0, 1
	if err := tx.Create(&f).Error; err != nil {
		return f, taken(err, "code", "plan.error.framework_there")
	}
	return f, note(tx, clock, actor, "framework.add", "framework "+f.Code, audit.Change{Field: "title", New: f.Title, Free: true},
		audit.Change{Field: "starts_on", New: f.StartsOn.String()}, audit.Change{Field: "ends_on", New: f.EndsOn.String()})
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
		return n, taken(err, "number", "plan.error.node_there")
	}
	return n, note(tx, clock, actor, "node.add", "node "+f.Code+" "+n.Number, audit.Change{Field: "level", New: n.Level},
		audit.Change{Field: "title", New: n.Title, Free: true}, audit.Change{Field: "theme", New: n.Theme})
}

// ChangeNode changes a node's title, theme or name of level.
func ChangeNode(tx *gorm.DB, clock calendar.Clock, actor accounts.Actor, in NodeChange) error {
	if err := mayChange(actor); err != nil {
		return err
	}
	var n Node
	if err := tx.Where("id = ?", in.ID).Limit(1).Find(&n).Error; err != nil {
		return err
	}
	if n.ID == 0 {
		return problem.Missing()
	}
	var c problem.Check
	checkNode(&c, in.Level, in.Title, in.Theme)
	if err := c.Err(); err != nil {
		return err
	}
	var code string
	if err := tx.Raw("SELECT code FROM frameworks WHERE id = ?", n.FrameworkID).Scan(&code).Error; err != nil {
		return err
	}
	done := tx.Table("nodes").Where("id = ? AND version = ?", in.ID, in.Version).Updates(map[string]any{"level": in.Level,
		"title": in.Title, "theme": in.Theme, "version": gorm.Expr("version + 1")})
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected == 0 {
		return problem.Stale()
	}
	return note(tx, clock, actor, "node.change", "node "+code+" "+n.Number, audit.Change{Field: "level", Old: n.Level, New: in.Level},
		audit.Change{Field: "title", Old: n.Title, New: in.Title, Free: true}, audit.Change{Field: "theme", Old: n.Theme, New: in.Theme})
}

// taken turns a duplicate into the message of a field.
func taken(err error, field, key string) error {
	if !errors.Is(err, gorm.ErrDuplicatedKey) {
		return err
	}
	var c problem.Check
	c.Add(field, key)
	return c.Err()
}
