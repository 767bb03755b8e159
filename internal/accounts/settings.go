package accounts

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/audit"
	"tracker/internal/calendar"
	"tracker/internal/db"
	"tracker/internal/mail"
	"tracker/internal/problem"
)

// Settings are what an administrator sets for the whole instance, and what
// the database knows of itself.
type Settings struct {
	CountryCode   string // ISO 3166-1 alpha-2
	CountryName   string
	Owner         string // the line over every page and report
	Zone          string // IANA name
	Currency      string // ISO 4217, of amounts that name none
	Contact       string // whom to ask, shown in the foot and on error pages
	Secretariat   string // code of the institution that coordinates
	DueSoonDays   int
	StaleDays     int
	AnchorMail    string        // address outside to which checkpoints are mailed, or empty
	EvidenceMB    int           // files of evidence that one institution may keep
	Demonstration bool          // marked by the demonstration's seed, never by a form
	ClockOffset   time.Duration // from the system's clock to the domain's
	Version       int64         // guards all settings as one form
}

// Setting describes one setting: its name in the database and in forms, its
// value where none was set, and what it may hold. Min and Max bound a number,
// or the length of a text in characters.
type Setting struct {
	Name     string
	Default  string
	Number   bool
	Min, Max int
	Fixed    bool // set by seeds and commands only
	Address  bool // of a person or an office, for mails: it may be purged from the trail
	Meaning  string
}

// SettingTable lists the settings in the order in which forms and manuals do.
func SettingTable() []Setting {
	return []Setting{
		{Name: "country_code", Default: "LS", Min: 2, Max: 2, Fixed: true, Meaning: "Country served, two letters (ISO 3166-1)"},
		{Name: "country_name", Default: "Lesotho", Min: 1, Max: 60, Meaning: "Name of the country"},
		{Name: "owner", Default: "", Min: 0, Max: 160, Meaning: "Line over every page and report"},
		{Name: "zone", Default: "Africa/Maseru", Min: 1, Max: 60, Meaning: "Time zone (IANA name)"},
		{Name: "currency", Default: "LSL", Min: 3, Max: 3, Meaning: "Currency of amounts that name none (ISO 4217)"},
		{Name: "contact", Default: "", Min: 0, Max: 160, Meaning: "Whom to ask, shown below every page"},
		{Name: "secretariat", Default: "", Min: 0, Max: 12, Meaning: "Code of the institution that coordinates"},
		{Name: "due_soon_days", Default: "30", Number: true, Min: 1, Max: 180, Meaning: "Days before a due date from which a commitment is due soon"},
		{Name: "stale_days", Default: "90", Number: true, Min: 7, Max: 730, Meaning: "Days without an approved update after which a commitment is stale"},
		{Name: "evidence_mb", Default: "500", Number: true, Min: 1, Max: 100000, Meaning: "Megabytes of uploaded evidence that one institution may keep"},
		{Name: "anchor_mail", Default: "", Min: 0, Max: 254, Address: true, Meaning: "Address outside to which the newest checkpoint of the audit trail is mailed once a day; none where it is empty"},
		{Name: "demonstration", Default: "", Min: 0, Max: 3, Fixed: true, Meaning: "yes when the database holds the demonstration"},
		{Name: "clock_offset", Default: "0s", Min: 2, Max: 40, Fixed: true, Meaning: "From the system's clock to the domain's"},
	}
}

// versionRow is the row whose version guards all settings. Until the first
// change it is not there, and the version is 0.
const versionRow = "version"

type settingRow struct {
	Name    string
	Value   string
	Version int64
}

// LoadSettings reads the settings, with defaults where none is set.
func LoadSettings(tx *gorm.DB) (Settings, error) {
	values, version, err := settingValues(tx)
	if err != nil {
		return Settings{}, err
	}
	return readSettings(values, version)
}

func settingValues(tx *gorm.DB) (map[string]string, int64, error) {
	values, version := map[string]string{}, int64(0)
	for _, s := range SettingTable() {
		values[s.Name] = s.Default
	}
	err := db.Each(tx.Raw("SELECT name, value, version FROM settings"), func(rows *sql.Rows) error { // every request asks this
		var r settingRow
		err := rows.Scan(&r.Name, &r.Value, &r.Version)
		if r.Name == versionRow {
			version = r.Version
		} else {
			values[r.Name] = r.Value
		}
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("settings: %w", err)
	}
	return values, version, nil
}

func readSettings(v map[string]string, version int64) (Settings, error) {
	s := Settings{CountryCode: v["country_code"], CountryName: v["country_name"], Owner: v["owner"], Zone: v["zone"], Currency: v["currency"],
		Contact: v["contact"], AnchorMail: v["anchor_mail"], Secretariat: v["secretariat"], Demonstration: v["demonstration"] == "yes", Version: version}
	var err error
	if s.DueSoonDays, err = strconv.Atoi(v["due_soon_days"]); err != nil {
		return Settings{}, fmt.Errorf("setting due_soon_days: %w", err)
	}
	if s.StaleDays, err = strconv.Atoi(v["stale_days"]); err != nil {
		return Settings{}, fmt.Errorf("setting stale_days: %w", err)
	}
	if s.EvidenceMB, err = strconv.Atoi(v["evidence_mb"]); err != nil {
		return Settings{}, fmt.Errorf("setting evidence_mb: %w", err)
	}
	if s.ClockOffset, err = time.ParseDuration(v["clock_offset"]); err != nil {
		return Settings{}, fmt.Errorf("setting clock_offset: %w", err)
	}
	return s, nil
}

// Clock is the domain's clock of this database: the country's zone, and the
// demonstration's day where it is marked.
func (s Settings) Clock() (calendar.Clock, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return calendar.Clock{}, fmt.Errorf("setting zone: %w", err)
	}
	return calendar.NewClock(zone, s.ClockOffset), nil
}

// Values gives the settings by name, as a form shows them.
func (s Settings) Values() map[string]string {
	demonstration := ""
	if s.Demonstration {
		demonstration = "yes"
	}
	return map[string]string{"country_code": s.CountryCode, "country_name": s.CountryName, "owner": s.Owner, "zone": s.Zone,
		"currency": s.Currency, "contact": s.Contact, "anchor_mail": s.AnchorMail, "secretariat": s.Secretariat, "due_soon_days": strconv.Itoa(s.DueSoonDays),
		"stale_days": strconv.Itoa(s.StaleDays), "evidence_mb": strconv.Itoa(s.EvidenceMB), "demonstration": demonstration, "clock_offset": s.ClockOffset.String()}
}

// checkSetting says what is wrong with a value.
func checkSetting(tx *gorm.DB, d Setting, value string, check *problem.Check) error {
	switch {
	case d.Number:
		n, err := strconv.Atoi(value)
		check.Require(err == nil && n >= d.Min && n <= d.Max, d.Name, "settings.number", "min", d.Min, "max", d.Max)
	case len([]rune(value)) > d.Max:
		check.Add(d.Name, "problem.too_long", "max", d.Max)
	case len([]rune(value)) < d.Min:
		check.Add(d.Name, "settings.short", "min", d.Min)
	}
	switch d.Name {
	case "zone":
		_, err := time.LoadLocation(value)
		check.Require(err == nil && value != "Local", d.Name, "settings.zone")
	case "secretariat":
		if value == "" {
			return nil
		}
		_, err := InstitutionByCode(tx, value)
		if problem.KindOf(err) == problem.NotFound {
			check.Add(d.Name, "institution.unknown")
			return nil
		}
		return err
	case "anchor_mail":
		check.Require(value == "" || mail.IsAddress(value), d.Name, "settings.address")
	case "clock_offset":
		_, err := time.ParseDuration(value)
		check.Require(err == nil, d.Name, "settings.duration")
	}
	return nil
}

// ChangeSettings sets the named settings, in the caller's transaction. Names
// that are no settings are Invalid, and so are the fixed ones to everybody
// but the program's own commands. version is that of the settings when the
// form was opened.
func ChangeSettings(tx *gorm.DB, actor Actor, at time.Time, version int64, values map[string]string) error {
	if err := administer(actor); err != nil {
		return err
	}
	old, _, err := settingValues(tx)
	if err != nil {
		return err
	}
	var check problem.Check
	var changes []audit.Change
	for _, d := range SettingTable() {
		value, given := values[d.Name]
		value = strings.TrimSpace(value)
		if !given || value == old[d.Name] {
			continue
		}
		check.Require(!d.Fixed || actor.Role == System, d.Name, "settings.fixed")
		if err := checkSetting(tx, d, value, &check); err != nil {
			return err
		}
		changes = append(changes, audit.Change{Field: d.Name, Old: old[d.Name], New: value, Free: d.Address})
	}
	for name := range values {
		if _, known := old[name]; !known {
			check.Add(name, "settings.unknown")
		}
	}
	if err := check.Err(); err != nil || len(changes) == 0 {
		return err
	}
	if err := db.Changed(tx.Exec(`INSERT INTO settings (name, value, version) VALUES (?, '', 1) ON CONFLICT (name) DO UPDATE
		SET version = settings.version + 1 WHERE settings.version = ?`, versionRow, version)); err != nil {
		return err
	}
	for _, c := range changes {
		if err := tx.Exec(`INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE
			SET value = excluded.value, version = settings.version + 1`, c.Field, c.New).Error; err != nil {
			return err
		}
	}
	return audit.Append(tx, at, event(actor, "settings.change", "settings", changes...))
}

// SeedSettings sets what nobody has set yet: a seed never overwrites what a
// person changed. It is for the program's own commands.
func SeedSettings(tx *gorm.DB, at time.Time, values map[string]string) error {
	var rows []settingRow
	if err := tx.Raw("SELECT name, value, version FROM settings").Scan(&rows).Error; err != nil {
		return err
	}
	version, missing := int64(0), map[string]string{}
	for name, value := range values {
		missing[name] = value
	}
	for _, r := range rows {
		if r.Name == versionRow {
			version = r.Version
		}
		delete(missing, r.Name)
	}
	return ChangeSettings(tx, CommandLine(), at, version, missing)
}

// Settings reads the settings.
func (s *Store) Settings(ctx context.Context) (Settings, error) {
	var out Settings
	err := s.db.Read(ctx, func(tx *gorm.DB) (err error) {
		out, err = LoadSettings(tx)
		return err
	})
	return out, err
}

// ChangeSettings sets the named settings; see the function of this name.
func (s *Store) ChangeSettings(ctx context.Context, actor Actor, key string, version int64, values map[string]string) error {
	_, err := s.write(ctx, actor, key, func(tx *gorm.DB) (string, error) {
		return "settings", ChangeSettings(tx, actor, s.clock.Now(), version, values)
	})
	return err
}
