// Judges path validation cases with crypto/x509, the verifier of Kubernetes itself.
//
// Standard input is {"testcases": [...]} in the form of x509-limbo; standard output is one JSON line per case:
// {"id", "accepted", "error"}. With -repeat N each case is judged N times and the line has the nanoseconds of one.
package main

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"time"
)

type testcase struct {
	ID             string   `json:"id"`
	Trusted        []string `json:"trusted_certs"`
	Untrusted      []string `json:"untrusted_intermediates"`
	Peer           string   `json:"peer_certificate"`
	ValidationTime *string  `json:"validation_time"`
	ValidationKind string   `json:"validation_kind"`
	PeerName       *struct {
		Kind  string `json:"kind"`
		Value string `json:"value"`
	} `json:"expected_peer_name"`
}

type answer struct {
	ID          string `json:"id"`
	Accepted    bool   `json:"accepted"`
	Error       string `json:"error,omitempty"`
	Nanoseconds int64  `json:"nanoseconds,omitempty"`
}

func main() {
	repeat := flag.Int("repeat", 0, "judge each case this often and measure it")
	flag.Parse()
	var input struct {
		Cases []testcase `json:"testcases"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	output := json.NewEncoder(os.Stdout)
	for _, c := range input.Cases {
		result := answer{ID: c.ID}
		err := judge(c)
		if *repeat > 0 {
			start := time.Now()
			for range *repeat {
				_ = judge(c)
			}
			result.Nanoseconds = time.Since(start).Nanoseconds() / int64(*repeat)
		}
		result.Accepted = err == nil
		if err != nil {
			result.Error = err.Error()
		}
		if err := output.Encode(result); err != nil {
			os.Exit(1)
		}
	}
}

func judge(c testcase) error {
	block, _ := pem.Decode([]byte(c.Peer))
	if block == nil {
		return errors.New("no certificate in PEM")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	options := x509.VerifyOptions{Roots: pool(c.Trusted), Intermediates: pool(c.Untrusted)}
	options.KeyUsages = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	if c.ValidationKind == "CLIENT" {
		options.KeyUsages[0] = x509.ExtKeyUsageClientAuth
	}
	if c.ValidationTime != nil {
		if options.CurrentTime, err = time.Parse(time.RFC3339Nano, *c.ValidationTime); err != nil {
			return err
		}
		// As a TLS client would see it, in whole seconds.
		options.CurrentTime = options.CurrentTime.Truncate(time.Second)
	}
	if c.PeerName != nil && (c.PeerName.Kind == "DNS" || c.PeerName.Kind == "IP") {
		options.DNSName = c.PeerName.Value
		if net.ParseIP(options.DNSName) != nil {
			options.DNSName = "[" + options.DNSName + "]"
		}
	}
	_, err = leaf.Verify(options)
	return err
}

func pool(pems []string) *x509.CertPool {
	certificates := x509.NewCertPool()
	for _, text := range pems {
		certificates.AppendCertsFromPEM([]byte(text))
	}
	return certificates
}
