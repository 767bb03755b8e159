package main

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tracker/internal/db"
	"tracker/internal/issuer"
	"tracker/internal/keys"
	"tracker/internal/mail"
	"tracker/web"
)

// config is the program's settings, read once and passed on as values.
type config struct {
	Data             string
	Addr             string
	DatabaseURL      string
	DatabasePassword string
	Key              string
	PublicURL        string
	TrustedProxies   string
	SMTPHost         string
	SMTPPort         string
	SMTPUser         string
	SMTPPassword     string
	SMTPSecurity     string
	SMTPFrom         string
	OIDCIssuer       string
	OIDCClientID     string
	OIDCClientSecret string
	OIDCName         string
	OIDCMFA          string
	MetricsAddr      string
	LimitsTimes      string
	BackupHours      string
}

// setting is a line of the table of settings in docs/operating.md. A secret
// may be given as a file, by its name with _FILE.
type setting struct {
	name, flag, initial string
	secret              bool
	into                func(*config) *string
}

func settings() []setting {
	return []setting{
		{"TRACKER_DATA", "data", "./data", false, func(c *config) *string { return &c.Data }},
		{"TRACKER_ADDR", "addr", "127.0.0.1:8080", false, func(c *config) *string { return &c.Addr }},
		{"TRACKER_DATABASE_URL", "", "", true, func(c *config) *string { return &c.DatabaseURL }},
		{"TRACKER_DATABASE_PASSWORD", "", "", true, func(c *config) *string { return &c.DatabasePassword }},
		{"TRACKER_KEY", "", "", true, func(c *config) *string { return &c.Key }},
		{"TRACKER_PUBLIC_URL", "", "http://localhost:8080", false, func(c *config) *string { return &c.PublicURL }},
		{"TRACKER_TRUSTED_PROXIES", "", "", false, func(c *config) *string { return &c.TrustedProxies }},
		{"TRACKER_SMTP_HOST", "", "", false, func(c *config) *string { return &c.SMTPHost }},
		{"TRACKER_SMTP_PORT", "", "587", false, func(c *config) *string { return &c.SMTPPort }},
		{"TRACKER_SMTP_USER", "", "", false, func(c *config) *string { return &c.SMTPUser }},
		{"TRACKER_SMTP_PASSWORD", "", "", true, func(c *config) *string { return &c.SMTPPassword }},
		{"TRACKER_SMTP_SECURITY", "", "starttls", false, func(c *config) *string { return &c.SMTPSecurity }},
		{"TRACKER_SMTP_FROM", "", "", false, func(c *config) *string { return &c.SMTPFrom }},
		{"TRACKER_OIDC_ISSUER", "", "", false, func(c *config) *string { return &c.OIDCIssuer }},
		{"TRACKER_OIDC_CLIENT_ID", "", "", false, func(c *config) *string { return &c.OIDCClientID }},
		{"TRACKER_OIDC_CLIENT_SECRET", "", "", true, func(c *config) *string { return &c.OIDCClientSecret }},
		{"TRACKER_OIDC_NAME", "", "", false, func(c *config) *string { return &c.OIDCName }},
		{"TRACKER_OIDC_MFA", "", issuer.DefaultFactors, false, func(c *config) *string { return &c.OIDCMFA }},
		{"TRACKER_METRICS_ADDR", "", "", false, func(c *config) *string { return &c.MetricsAddr }},
		{"TRACKER_LIMITS_TIMES", "", "1", false, func(c *config) *string { return &c.LimitsTimes }},
		{"TRACKER_BACKUP_HOURS", "", "26", false, func(c *config) *string { return &c.BackupHours }},
	}
}

// readConfig reads the settings: a flag wins over the environment, the
// environment over the default. flagValue is nil-safe: it is asked only for
// flags that some command has.
func readConfig(getenv func(string) string, flagValue func(string) string) (config, error) {
	var c config
	for _, s := range settings() {
		value := s.initial
		if v := getenv(s.name); v != "" {
			value = v
		} else if path := getenv(s.name + "_FILE"); s.secret && path != "" {
			b, err := os.ReadFile(path)
			if err != nil {
				return c, misused("%s_FILE: %v", s.name, err)
			}
			value = strings.TrimRight(string(b), "\r\n")
		}
		*s.into(&c) = value
	}
	if v := flagValue("data"); v != "" {
		c.Data = v
	}
	return c, c.check()
}

func (c config) check() error {
	if u, err := url.Parse(c.PublicURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" {
		return misused("TRACKER_PUBLIC_URL must be an http or https address without a path, not %q", c.PublicURL)
	}
	if _, err := c.proxies(); err != nil {
		return err
	}
	if _, err := c.mailServer(); err != nil {
		return err
	}
	if _, err := c.issuer(); err != nil {
		return err
	}
	if c.Key != "" {
		if _, err := keys.Parse(c.Key); err != nil {
			return misused("TRACKER_KEY: %v", err)
		}
	}
	if _, err := c.limits(); err != nil {
		return err
	}
	if n, err := strconv.Atoi(c.BackupHours); err != nil || n < 0 {
		return misused("TRACKER_BACKUP_HOURS must be a number of hours, not %q", c.BackupHours)
	}
	_, err := c.database()
	return err
}

// mailServer is the server of the settings, checked when one is set.
func (c config) mailServer() (mail.Server, error) {
	if c.SMTPHost == "" {
		return mail.Server{}, nil
	}
	port, err := strconv.Atoi(c.SMTPPort)
	if err != nil {
		return mail.Server{}, misused("TRACKER_SMTP_PORT must be a number, not %q", c.SMTPPort)
	}
	server := mail.Server{Host: c.SMTPHost, Port: port, User: c.SMTPUser, Password: c.SMTPPassword, Security: mail.Security(c.SMTPSecurity), From: c.SMTPFrom}
	if err := server.Check(); err != nil {
		return server, misused("TRACKER_SMTP_...: %v", err)
	}
	return server, nil
}

// issuer is who signs people in elsewhere, nil where none is set. It is not
// asked yet.
func (c config) issuer() (*issuer.Issuer, error) {
	if c.OIDCIssuer == "" {
		return nil, nil
	}
	i, err := issuer.New(issuer.Settings{Address: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCClientSecret, Name: c.OIDCName,
		SecondFactor: c.OIDCMFA, Return: strings.TrimSuffix(c.PublicURL, "/") + web.IssuerReturn}, time.Now)
	if err != nil {
		return nil, misused("TRACKER_OIDC_...: %v", err)
	}
	return i, nil
}

// keyring is the secret of the settings; beside an embedded database it is
// else that of the file tracker.key, which create makes where it is not there.
// Without one, nothing can be signed or sealed.
func (c config) keyring(create bool) (keys.Ring, error) {
	switch path := filepath.Join(c.Data, "tracker.key"); {
	case c.Key != "":
		return keys.Parse(c.Key)
	case c.DatabaseURL != "":
		return keys.Ring{}, nil
	case create:
		return keys.File(path)
	default:
		_, err := os.Stat(path)
		if os.IsNotExist(err) {
			return keys.Ring{}, nil
		}
		return keys.File(path)
	}
}

// proxies reads the trusted networks.
func (c config) proxies() (list []*net.IPNet, err error) {
	for _, s := range strings.FieldsFunc(c.TrustedProxies, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !strings.Contains(s, "/") {
			s += "/32"
			if strings.Contains(s, ":") {
				s = strings.TrimSuffix(s, "/32") + "/128"
			}
		}
		_, network, err := net.ParseCIDR(s)
		if err != nil {
			return nil, misused("TRACKER_TRUSTED_PROXIES: %q is no network such as 10.0.0.0/8", s)
		}
		list = append(list, network)
	}
	return list, nil
}

// limits is how many times the limits count.
func (c config) limits() (int, error) {
	n, err := strconv.Atoi(c.LimitsTimes)
	if err != nil || n < 1 || n > 1000 {
		return 0, misused("TRACKER_LIMITS_TIMES must be a whole number from 1 to 1000, not %q", c.LimitsTimes)
	}
	return n, nil
}

// database says which database the settings name.
func (c config) database() (db.Config, error) {
	if c.DatabaseURL == "" {
		path, err := filepath.Abs(filepath.Join(c.Data, "tracker.sqlite"))
		return db.Config{Path: path}, err
	}
	u, err := url.Parse(c.DatabaseURL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return db.Config{}, misused("TRACKER_DATABASE_URL must begin with postgres://")
	}
	if _, set := u.User.Password(); !set && c.DatabasePassword != "" {
		u.User = url.UserPassword(u.User.Username(), c.DatabasePassword)
	}
	return db.Config{URL: u.String()}, nil
}
