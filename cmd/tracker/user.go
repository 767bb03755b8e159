package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"tracker/internal/accounts"
)

// user adds, lists and disables people and prints sign-in links.
func user(ctx context.Context, c *call) error {
	if len(c.args) == 0 {
		return misused("user: add EMAIL, list, disable EMAIL or link EMAIL")
	}
	task, rest := c.args[0], c.args[1:]
	tasks := map[string]func(context.Context, *call, *app, string) error{"add": userAdd, "disable": userDisable, "link": userLink}
	run, known := tasks[task]
	switch {
	case task == "list" && len(rest) == 0:
		run, rest = userList, []string{""}
	case !known:
		return misused("user: there is no %q", task)
	case len(rest) != 1:
		return misused("user %s takes one e-mail address", task)
	}
	a, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer a.db.Close() //nolint:errcheck // nothing is under way
	return run(ctx, c, a, rest[0])
}

func userAdd(ctx context.Context, c *call, a *app, email string) error {
	role, title := accounts.Role(c.option("role")), c.option("post")
	if role == "" || c.option("institution") == "" {
		return misused("user add needs --role and --institution")
	}
	if title == "" {
		title = a.words.Msg("role." + string(role))
	}
	made, err := a.accounts.Invite(ctx, accounts.CommandLine(), "", accounts.NewPerson{Email: email, Institution: c.option("institution"), Role: role, Title: title})
	if err != nil {
		return err
	}
	return c.printLink(a, "The invitation", made)
}

func userLink(ctx context.Context, c *call, a *app, email string) error {
	p, err := a.accounts.PersonByEmail(ctx, accounts.CommandLine(), email)
	if err != nil {
		return fmt.Errorf("nobody has the address %s", email)
	}
	again := c.option("new-second-factor") == "true"
	switch {
	case p.HasSecond && again:
		if err := a.accounts.RemoveSecondOf(ctx, accounts.CommandLine(), accounts.LossForm{PersonID: p.ID, Reason: a.words.Msg("second.command_line")}); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "The second factor of %s is removed; open sessions are ended.\n", p.Email)
	case p.HasSecond:
		fmt.Fprintln(c.out, "The link asks for the second factor too; --new-second-factor removes it.")
	}
	made, err := a.accounts.Link(ctx, accounts.CommandLine(), "", p.ID, accounts.SignInLink)
	if err != nil {
		return err
	}
	return c.printLink(a, "The sign-in link", made)
}

func (c *call) printLink(a *app, what string, made accounts.MadeLink) error {
	_, err := fmt.Fprintf(c.out, "%s for %s works once, for 24 hours:\n  %s%s\n", what, made.Email, a.cfg.PublicURL, made.Path())
	return err
}

func userDisable(ctx context.Context, c *call, a *app, email string) error {
	p, err := a.accounts.PersonByEmail(ctx, accounts.CommandLine(), email)
	if err != nil {
		return fmt.Errorf("nobody has the address %s", email)
	}
	if err := a.accounts.DisablePerson(ctx, accounts.CommandLine(), "", p.ID, p.Version); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s can no longer sign in; open sessions are ended.\n", email)
	return err
}

func userList(ctx context.Context, c *call, a *app, _ string) error {
	people, err := a.accounts.People(ctx, accounts.CommandLine())
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "E-MAIL\tROLE\tINSTITUTION\tPOST\tSTATE")
	for _, p := range people {
		state := "active"
		if p.Disabled() {
			state = "disabled"
		} else if !p.HasPassword {
			state = "invited"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", p.Email, p.Role, p.Institution, p.Post, state)
	}
	return w.Flush()
}
