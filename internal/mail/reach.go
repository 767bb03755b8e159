package mail

import (
	"context"

	gomail "github.com/wneessen/go-mail"
)

// Reach connects to the server as a Sender does, with its security and its
// sign-in, and sends nothing.
func (s Server) Reach(ctx context.Context) error {
	client, err := gomail.NewClient(s.Host, s.options()...)
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return err
	}
	return client.Close()
}
