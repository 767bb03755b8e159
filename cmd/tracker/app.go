package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"tracker/internal/accounts"
	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/dialogues"
	"tracker/internal/i18n"
	"tracker/internal/indicators"
	"tracker/internal/keys"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
	"tracker/internal/workbook/round"
	"tracker/web"
)

// app is an open database with its settings, its clock and its slices.
type app struct {
	cfg      config
	db       *db.DB
	keys     keys.Ring
	settings accounts.Settings
	clock    calendar.Clock
	words    *i18n.T
	accounts *accounts.Store
}

// open opens the database that the settings name. An embedded one is migrated
// when migrate is true; in every other case an old schema is refused.
func (c *call) open(ctx context.Context, migrate bool) (*app, error) {
	where, err := c.cfg.database()
	if err != nil {
		return nil, err
	}
	if err := c.missing(); err != nil && !migrate {
		return nil, err
	}
	d, err := db.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	a := &app{cfg: c.cfg, db: d}
	if err := a.prepare(ctx, migrate); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return a, nil
}

// missing says that the settings name an embedded database that is not there.
func (c *call) missing() error {
	where, err := c.cfg.database()
	if err != nil || where.Path == "" {
		return err
	}
	if _, err := os.Stat(where.Path); os.IsNotExist(err) {
		return fmt.Errorf("there is no database in %s: 'tracker serve', 'tracker demo' or 'tracker migrate' makes one", c.cfg.Data)
	}
	return nil
}

func (a *app) prepare(ctx context.Context, migrate bool) (err error) {
	if a.keys, err = a.cfg.keyring(migrate); err != nil {
		return err
	}
	err = a.db.CheckSchema(ctx)
	if errors.Is(err, db.ErrOldSchema) && migrate && !a.db.Postgres() {
		err = a.db.Migrate(ctx)
	}
	if err != nil {
		return err
	}
	return a.read(ctx)
}

// read takes the settings and the clock from the database; call it again
// after they changed.
func (a *app) read(ctx context.Context) error {
	var err error
	if a.settings, err = accounts.ReadSettings(ctx, a.db); err != nil {
		return err
	}
	if a.clock, err = a.settings.Clock(); err != nil {
		return err
	}
	messages, err := i18n.English()
	if err != nil {
		return err
	}
	a.words = i18n.New(messages, a.clock.Zone())
	who, err := a.cfg.issuer()
	if err != nil {
		return err
	}
	a.accounts, err = accounts.New(a.db, a.clock, time.Now, accounts.Config{Address: a.cfg.PublicURL, Mail: a.cfg.SMTPHost != "", Texts: a.words, Keys: a.keys, Log: logger(os.Stderr), Issuer: who, TrailKey: audit.SignerOf(a.keys).PublicKey()})
	return err
}

// about names the instance in reports.
func (a *app) about() reports.About {
	return reports.About{Country: a.settings.CountryCode, CountryName: a.settings.CountryName, Owner: a.settings.Owner,
		Product: a.words.Msg("product"), Demonstration: a.settings.Demonstration, Zone: a.clock.Zone()}
}

// server makes the web server on the app.
func (a *app) server(log *slog.Logger) (*web.Server, error) {
	proxies, err := a.cfg.proxies()
	if err != nil {
		return nil, err
	}
	times, err := a.cfg.limits()
	if err != nil {
		return nil, err
	}
	return web.New(web.Options{DB: a.db, Clock: a.clock, Log: log, BaseURL: a.cfg.PublicURL, Proxies: proxies, Version: version, Limits: times, Trail: audit.SignerOf(a.keys),
		Accounts: a.accounts, Plan: plan.New(a.db, a.clock), Recommendations: recommendations.New(a.db, a.clock),
		Progress: progress.New(a.db, a.clock), Indicators: indicators.New(a.db, a.clock), Dialogues: dialogues.New(a.db, a.clock), Reports: reports.New(a.db), Rounds: round.New(a.db, a.clock)})
}

// logger writes text for a person at a terminal, JSON otherwise.
func logger(w io.Writer) *slog.Logger {
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return slog.New(slog.NewTextHandler(w, nil))
		}
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}
