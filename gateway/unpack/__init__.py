"""Floor 2: containers to members, in bounded time and space.

Read in this order: store (where bytes go), budget (what may be spent), opener (what a container gives), walk
(from a file to all files in it), openers (who opens what), then the openers zips, tars, streams, archives, rars
and images; listing is what libarchive makes of the last ones. Documents: pdfs (with pdf_names, pdf_objects, pdf_files,
pdf_locks, invoices), oles (with compound, office_streams, packages), office (with office_xml, office_links), rtfs,
onenotes. Mail in other clothes: cms (with ber), tnef (with tnef_properties), msg (with mapi, lzfu), pages.
"""
