module certs.kubectl.io/conformance

go 1.22
