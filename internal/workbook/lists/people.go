package lists

import (
	"strings"

	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/workbook"
)

// people is the list of all people with the posts that they hold. It has no
// password, no link and nothing of their sessions.
var people = list{name: "people", needs: 1, may: administers, open: openPeople, columns: []Column{
	{Key: "email", Width: 40}, {Key: "institution", Width: 14}, {Key: "post", Width: 44}, {Key: "role", Width: 16},
	{Key: "disabled", Width: 10}}}

// person is what the list says of one.
type person struct {
	accounts.NewPerson
	id       int64 // 0: new
	disabled bool
}

type personRun struct {
	byRef
	tx    *gorm.DB
	in    workbook.In
	order []person
	there map[string]person
	typed map[*row]person
}

func openPeople(tx *gorm.DB, in workbook.In) (run, error) {
	list, err := accounts.People(tx)
	u := &personRun{byRef: "email", tx: tx, in: in, there: map[string]person{}, typed: map[*row]person{}}
	for _, p := range list {
		one := person{id: p.ID, disabled: p.Disabled(), NewPerson: accounts.NewPerson{Email: p.Email, Institution: p.Institution, Role: p.Role, Title: p.Post}}
		u.there[p.Email], u.order = one, append(u.order, one)
	}
	return u, err
}

func (p person) record() record {
	return record{kind: "list.person", ref: p.Email, title: p.Title, cells: []string{p.Email, p.Institution, p.Title, string(p.Role), yesOrNot(p.disabled)}}
}

func (u *personRun) records() (list []record) {
	for _, p := range u.order {
		list = append(list, p.record())
	}
	return list
}

func (u *personRun) read(r *row) record {
	p := person{NewPerson: accounts.NewPerson{Email: strings.ToLower(r.text("email"))}}
	if r.was != nil {
		p = u.there[r.was.ref]
	}
	r.code("institution", &p.Institution)
	words(r, "post", &p.Title)
	word(r, "role", &p.Role)
	r.yes("disabled", &p.disabled)
	u.typed[r] = p
	return p.record()
}

func (u *personRun) weigh(rows []*row) error {
	roles := map[[2]string]accounts.Role{} // of posts in this sheet
	for _, r := range rows {
		p := u.typed[r]
		if err := r.refused(accounts.CheckPerson(u.tx, p.id, p.NewPerson, p.disabled), map[string]string{"title": "post"}); err != nil {
			return err
		}
		post := [2]string{p.Institution, p.Title}
		if role, there := roles[post]; there && role != p.Role {
			r.bad("role", "post.role.other")
		}
		roles[post] = p.Role
	}
	return nil
}

func (u *personRun) write(rows []*row) error {
	for _, r := range rows {
		p := u.typed[r]
		if err := accounts.PutPerson(u.tx, u.in.Actor, u.in.Clock.Now(), u.in.Clock.Today(), p.id, p.NewPerson, p.disabled); err != nil {
			return err
		}
	}
	return nil
}
