package web

import "tracker/internal/accounts"

// permission says who may use a route, as a set of roles. The zero value lets
// nobody in.
type permission uint16

const (
	anybody permission = 1 << iota // without signing in
	focalPoint
	coordinator
	countersigner
	partner
	auditor
	administrator
)

// The sets of roles that the route table uses.
const (
	signedIn    = focalPoint | coordinator | countersigner | partner | auditor | administrator
	planReaders = focalPoint | coordinator | countersigner | auditor | administrator
	writers     = focalPoint | coordinator
	senders     = writers | administrator               // those who bring in files
	clearers    = writers | countersigner               // those whose post can clear what their institution sends
	signers     = coordinator | countersigner | auditor // those who see what is prepared
	overseers   = coordinator | auditor
	guardians   = auditor | administrator // those who check who may do what
)

var roleBits = map[accounts.Role]permission{
	accounts.FocalPoint: focalPoint, accounts.Coordinator: coordinator, accounts.Countersigner: countersigner,
	accounts.Partner: partner, accounts.Auditor: auditor, accounts.Administrator: administrator,
}

// allows says whether the permission lets a role in.
func (p permission) allows(r accounts.Role) bool { return p&anybody != 0 || p&roleBits[r] != 0 }
