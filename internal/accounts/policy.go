package accounts

// CheckPassword refuses a new password, as Invalid in the field "password",
// that is shorter than 15 or longer than 128 characters, that many people use,
// or that is mainly made of words that lie close at hand here. Any characters
// will do and none are asked for.
func CheckPassword(password string, context []string) error {
	n := len([]rune(password))
	switch {
	case n < MinPassword:
		return invalid("password", "password.short", "min", MinPassword, "n", n)
	case n > MaxPassword:
		return invalid("password", "password.long", "max", MaxPassword)
	}
	return nil
}

// MinPassword and MaxPassword bound a password, in characters.
const (
	MinPassword = 15
	MaxPassword = 128
)
