package accounts

import (
	"strings"
	"time"

	"gorm.io/gorm"

	"tracker/internal/i18n"
	"tracker/internal/mail"
)

// notify mails a person what was done to their account, in the transaction
// that did it. Whom it surprises goes to the account's page. Without a mail
// server it does nothing.
func (s *Store) notify(tx *gorm.DB, email, what string, args ...any) error {
	if !s.cfg.Mail {
		return nil
	}
	args = append(args, "email", email, "at", s.cfg.Texts.Instant(s.now()), "link", s.cfg.Address+"/account")
	return mail.Queue(tx, s.now(), mail.Message{To: email, Subject: s.cfg.Texts.Msg("mail.notice." + what + ".subject"),
		Body: s.cfg.Texts.Msg("mail.notice."+what+".body", args...)})
}

// tellOfBrowser names the browser of a new session, and tells the person when
// it never signed in to their account before: by mail at once, else with the
// next page after they sign in elsewhere. The browser in which an invitation
// was taken is no news.
func (s *Store) tellOfBrowser(tx *gorm.DB, a arrival, in SignedIn) error {
	hash, device := hashToken(in.Browser), shorten(a.Device, 200)
	fresh := tx.Exec(`UPDATE known_browsers SET device = ?, first_at = ?, told = ? WHERE token_hash = ? AND person_id = ? AND first_at IS NULL`,
		device, s.now(), s.cfg.Mail || a.Way == Way(Invite), hash, a.PersonID)
	if fresh.Error != nil {
		return fresh.Error
	}
	if fresh.RowsAffected > 0 && a.Way != Way(Invite) && s.cfg.Mail {
		return s.notify(tx, in.Actor.Email, "browser", "device", DeviceName(s.cfg.Texts, device))
	}
	return s.tellOfOthers(tx, a, in)
}

// tellOfOthers keeps for the first page of a new session what the person was
// not told by mail: the newest browser that signed in and is not this one.
func (s *Store) tellOfOthers(tx *gorm.DB, a arrival, in SignedIn) error {
	if s.cfg.Texts == nil || a.Way.link() {
		return nil
	}
	var others []struct {
		Device  string
		FirstAt time.Time
	}
	if err := tx.Raw("SELECT device, first_at FROM known_browsers WHERE person_id = ? AND token_hash <> ? AND NOT told ORDER BY first_at DESC LIMIT 1",
		a.PersonID, hashToken(in.Browser)).Scan(&others).Error; err != nil || len(others) == 0 {
		return err
	}
	text := s.cfg.Texts.Msg("account.new_browser", "device", DeviceName(s.cfg.Texts, others[0].Device), "at", s.cfg.Texts.Instant(others[0].FirstAt))
	if err := tx.Exec("UPDATE sessions SET flash = ? WHERE token_hash = ?", text, hashToken(in.Session)).Error; err != nil {
		return err
	}
	return tx.Exec("UPDATE known_browsers SET told = ? WHERE person_id = ? AND token_hash <> ?", true, a.PersonID, hashToken(in.Browser)).Error
}

// DeviceName is a browser's own long name in a few words; one that nothing is
// known of is shown as it is, cut short.
func DeviceName(t *i18n.T, agent string) string {
	pick := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := pick("Edg/", "Edge", "OPR/", "Opera", "SamsungBrowser/", "Samsung Internet", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	system := pick("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case browser != "" && system != "":
		return t.Msg("account.device", "browser", browser, "system", system)
	case browser+system != "":
		return browser + system
	case agent == "":
		return t.Msg("account.device.unknown")
	}
	if letters := []rune(agent); len(letters) > 40 {
		return string(letters[:40]) + "…"
	}
	return agent
}
